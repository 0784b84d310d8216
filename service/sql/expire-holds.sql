-- $1 at most so many
SELECT o_schedule AS "scheduleId", o_seat AS "seatNo" FROM expire_holds($1)
