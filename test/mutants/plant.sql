-- For after-migration.sql: changes one place of a function as the migrations made it. A place that is not there once is an
-- error, so that a defect which no longer applies is noticed.
CREATE FUNCTION pg_temp.plant(p_function text, p_was text, p_is text) RETURNS void LANGUAGE plpgsql AS $plant$
DECLARE
  v_is text := pg_get_functiondef(p_function::regproc);
BEGIN
  IF (length(v_is) - length(replace(v_is, p_was, ''))) <> length(p_was) THEN
    RAISE EXCEPTION 'the defect no longer applies: % does not have "%" exactly once', p_function, p_was;
  END IF;
  EXECUTE replace(v_is, p_was, p_is);
END $plant$;
