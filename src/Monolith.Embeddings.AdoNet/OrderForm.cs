namespace Monolith.Embeddings.AdoNet;

/// <summary>What a column holds that rows are ordered by before their id, and so how a position keeps its value: exactly.</summary>
public enum OrderForm
{
    /// <summary>Whole numbers of up to 64 bits, of no unit that the source knows.</summary>
    Number,

    /// <summary>
    /// Times with a zone: <c>timestamptz</c> of PostgreSQL, <c>datetimeoffset</c> of SQL Server. Kept as ticks of 100 ns in UTC.
    /// </summary>
    TimestampWithZone,

    /// <summary>
    /// Times without a zone, in UTC: <c>timestamp</c> of PostgreSQL, <c>datetime2</c> of SQL Server, <c>datetime(6)</c> of MySQL. Kept as
    /// ticks of 100 ns. Local times are no such form: an hour comes twice each autumn.
    /// </summary>
    TimestampWithoutZone,

    /// <summary>Whole seconds since the Unix epoch, as a whole number.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since the Unix epoch, as a whole number.</summary>
    UnixMilliseconds,

    /// <summary>Microseconds since the Unix epoch, as a whole number.</summary>
    UnixMicroseconds,

    /// <summary>
    /// The transaction that wrote the row: <c>xid8</c> of PostgreSQL 13 and later, by default <c>pg_current_xact_id()</c>.
    /// </summary>
    Transaction,
}
