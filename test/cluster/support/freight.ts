/** A table that no compression makes smaller than what is under way to a pod at a time, so that a dump that breaks off is noticed. */
export const FREIGHT = `create table freight as
  select string_agg(md5(number::text), '') as freight from generate_series(1, 30000) as number`;
export const FREIGHT_LENGTH = '960000';
