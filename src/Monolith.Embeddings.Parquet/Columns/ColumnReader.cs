using Parquet;
using Parquet.Schema;

namespace Monolith.Embeddings.Parquet.Columns;

/// <summary>
/// Reads one column of a row group by its type. Parquet.Net's own choice by type is made of <c>dynamic</c>, which cannot be compiled ahead
/// of time.
/// </summary>
internal sealed class ColumnReader(string name, ParquetRowGroupReader reader, DataField field, CancellationToken cancellationToken)
{
    private readonly int _places = checked((int)(reader.GetMetadata(field)?.MetaData?.NumValues
        ?? throw new InvalidDataException("the footer does not tell how many values it has")));

    private int[] _starts = [];

    /// <exception cref="NotSupportedException">The column holds neither numbers nor texts nor times.</exception>
    public Task<ColumnValues> ReadAsync() => Type.GetTypeCode(field.ClrType) switch
    {
        TypeCode.Boolean => IntegersAsync<bool>(static value => value ? 1 : 0),
        TypeCode.SByte => IntegersAsync<sbyte>(static value => value),
        TypeCode.Byte => IntegersAsync<byte>(static value => value),
        TypeCode.Int16 => IntegersAsync<short>(static value => value),
        TypeCode.UInt16 => IntegersAsync<ushort>(static value => value),
        TypeCode.Int32 => IntegersAsync<int>(static value => value),
        TypeCode.UInt32 => IntegersAsync<uint>(static value => value),
        TypeCode.Int64 => IntegersAsync<long>(static value => value),
        TypeCode.UInt64 => IntegersAsync<ulong>(static value => unchecked((long)value)),
        TypeCode.Single => NumbersAsync<float>(static value => value),
        TypeCode.Double => NumbersAsync<double>(static value => value),
        TypeCode.DateTime => IntegersAsync<DateTime>(static value => value.Ticks, ColumnKind.Time),
        _ when field.ClrType == typeof(ReadOnlyMemory<char>) => TextsAsync(),
        _ => throw new NotSupportedException($"it is of type {field.ClrType.Name}, which is neither a number, a text nor a time"),
    };

    private async Task<ColumnValues> IntegersAsync<T>(Converter<T, long> convert, ColumnKind kind = ColumnKind.Integer)
        where T : struct
    {
        var values = await RawAsync<T>().ConfigureAwait(false);
        return new ColumnValues(name, kind, _starts) { Integers = Array.ConvertAll(values, convert) };
    }

    private async Task<ColumnValues> NumbersAsync<T>(Converter<T, double> convert)
        where T : struct
    {
        var values = await RawAsync<T>().ConfigureAwait(false);
        return new ColumnValues(name, ColumnKind.Number, _starts) { Numbers = Array.ConvertAll(values, convert) };
    }

    private async Task<ColumnValues> TextsAsync()
    {
        var values = await RawAsync<ReadOnlyMemory<char>>().ConfigureAwait(false);
        return new ColumnValues(name, ColumnKind.Text, _starts) { Texts = values };
    }

    /// <summary>The values that are there, and behind them places for those that are null.</summary>
    private async Task<T[]> RawAsync<T>()
        where T : struct
    {
        var values = new T[_places];
        var definitions = field.MaxDefinitionLevel > 0 ? new int[_places] : null;
        var repetitions = field.MaxRepetitionLevel > 0 ? new int[_places] : null;
        await reader.ReadRawAsync<T>(field, values, Memory(definitions), Memory(repetitions), cancellationToken).ConfigureAwait(false);
        _starts = StartsOf(definitions, repetitions);
        return values;
    }

    private static Memory<int>? Memory(int[]? levels) => levels is null ? default(Memory<int>?) : levels.AsMemory();

    /// <summary>Finds where rows begin, and refuses a list that holds a null.</summary>
    private int[] StartsOf(int[]? definitions, int[]? repetitions)
    {
        var rows = checked((int)reader.RowCount);
        var starts = new int[rows + 1];
        var (row, values) = (0, 0);
        for (var place = 0; place < _places; place++)
        {
            if (repetitions is null || repetitions[place] == 0)
            {
                if (row == rows) throw new InvalidDataException($"it has more rows than the row group, {rows}");
                starts[row++] = values;
            }
            var missing = definitions is null ? 0 : field.MaxDefinitionLevel - definitions[place];
            if (missing == 0) values++;
            else if (missing == 1 && repetitions is not null && field.IsNullable)
                throw new FormatException($"row {row - 1} of it has a list that holds a null");
        }
        if (row != rows) throw new InvalidDataException($"it has {row} rows, and the row group has {rows}");
        starts[rows] = values;
        return starts;
    }
}
