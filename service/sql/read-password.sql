-- $1 user
SELECT password FROM users WHERE user_id = $1
