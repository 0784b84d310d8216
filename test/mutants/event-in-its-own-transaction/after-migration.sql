-- The event of a payment is left to who called.
SELECT pg_temp.plant('confirm_sale',
  $was$  PERFORM tell('payment-events', 'payment.completed', r.reservation_id, jsonb_build_object('paymentId', p_pid, 'method', p_method) || reservation_body(r), p_trace);$was$, '');
