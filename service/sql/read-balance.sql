-- $1 user; no row when nothing was ever charged
SELECT balance FROM wallets WHERE user_id = $1
