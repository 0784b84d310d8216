-- What the schema would forbid: the same payment twice.
ALTER TABLE platform_payments
  DROP CONSTRAINT platform_payments_pkey,
  DROP CONSTRAINT platform_payments_event_id_key,
  DROP CONSTRAINT platform_payments_reservation_id_key;
