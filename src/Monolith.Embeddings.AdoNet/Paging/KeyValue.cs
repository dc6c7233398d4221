using System.Data.Common;

namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>Reads one column of a key exactly, or says why it is none.</summary>
internal static class KeyValue
{
    private const string WholeNumber =
        "A key is a whole number of up to 64 bits, so that a position holds it exactly. Add a column of such numbers, which the database "
        + "gives (GENERATED ALWAYS AS IDENTITY, INTEGER PRIMARY KEY), or read by a statement that makes one";

    /// <summary>A whole number of any type.</summary>
    /// <exception cref="InvalidDataException">It is null, or something else.</exception>
    public static long Number(DbDataReader row, int ordinal, string column)
    {
        // By the type of this row: in SQLite each has its own.
        RequireValue(row, ordinal, column);
        return Type.GetTypeCode(row.GetFieldType(ordinal)) switch
        {
            TypeCode.Int64 => row.GetInt64(ordinal),
            TypeCode.Int32 => row.GetInt32(ordinal),
            TypeCode.Int16 => row.GetInt16(ordinal),
            TypeCode.Byte => row.GetByte(ordinal),
            TypeCode.SByte => row.GetFieldValue<sbyte>(ordinal),
            TypeCode.UInt16 => row.GetFieldValue<ushort>(ordinal),
            TypeCode.UInt32 => row.GetFieldValue<uint>(ordinal),
            TypeCode.UInt64 when row.GetFieldValue<ulong>(ordinal) is <= long.MaxValue and var number => (long)number,
            TypeCode.Decimal when row.GetDecimal(ordinal) is >= long.MinValue and <= long.MaxValue and var number
                && decimal.Truncate(number) == number => (long)number,
            _ => throw Wrong(row, ordinal, column, WholeNumber),
        };
    }

    /// <summary>Ticks in UTC of a time with a zone.</summary>
    /// <exception cref="InvalidDataException">It is null, or something else.</exception>
    public static long WithZone(DbDataReader row, int ordinal, string column)
    {
        RequireValue(row, ordinal, column);
        var type = row.GetFieldType(ordinal);
        if (type == typeof(DateTimeOffset)) return row.GetFieldValue<DateTimeOffset>(ordinal).UtcTicks;
        if (type == typeof(DateTime) && row.GetDateTime(ordinal) is { Kind: DateTimeKind.Utc } time) return time.Ticks;
        throw Wrong(row, ordinal, column, Form(OrderForm.TimestampWithZone));
    }

    /// <summary>Ticks of a time without a zone.</summary>
    /// <exception cref="InvalidDataException">It is null, or something else.</exception>
    public static long WithoutZone(DbDataReader row, int ordinal, string column)
    {
        RequireValue(row, ordinal, column);
        var isTime = row.GetFieldType(ordinal) == typeof(DateTime);
        if (isTime && row.GetDateTime(ordinal) is { Kind: DateTimeKind.Unspecified } time) return time.Ticks;
        throw Wrong(row, ordinal, column, Form(OrderForm.TimestampWithoutZone));
    }

    private static string Form(OrderForm form) =>
        $"Its form was said to be {nameof(OrderForm)}.{form}; say another: times as texts are none, since they are not ordered as times. "
        + "Keep them as numbers, such as Unix milliseconds, or read by a statement that makes such numbers";

    private static void RequireValue(DbDataReader row, int ordinal, string column)
    {
        if (!row.IsDBNull(ordinal)) return;
        throw new InvalidDataException(
            $"Column '{column}' is null. A row without a whole key has no place in the order, and would be lost. Give it one, and declare "
            + "the column NOT NULL.");
    }

    private static InvalidDataException Wrong(DbDataReader row, int ordinal, string column, string advice)
    {
        var type = row.GetFieldType(ordinal);
        var kind = type == typeof(DateTime) ? $"{type.Name} ({row.GetDateTime(ordinal).Kind})" : type.Name;
        return new InvalidDataException($"Column '{column}' holds a value of the type {kind}, which is no such key. {advice}.");
    }
}
