using Monolith.Embeddings.Parquet.Columns;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Parquet.Rows;

/// <summary>The rows of one row group, checked and in the order of their times. Used by one thread.</summary>
internal sealed class ImportedGroup
{
    private const long MillisecondsPerSecond = 1000;

    private readonly long[] _ids;
    private readonly float[] _weights;
    private readonly long[] _timesMilliseconds;

    /// <exception cref="InvalidDataException">A row does not fit.</exception>
    public ImportedGroup(ColumnValues[] columns, int group, int rows, int dimension, ImportedTimes times)
    {
        (_ids, _weights, _timesMilliseconds) = (new long[rows], new float[checked(rows * dimension)], new long[rows]);
        var row = 0;
        try
        {
            // Time above row: of an id that is there twice, the newer place wins, or the later one.
            var order = new ulong[rows];
            for (; row < rows; row++)
                order[row] = (ulong)times.SecondsOf(columns, row) << 32 | (uint)row;
            Array.Sort(order);
            for (var place = 0; place < rows; place++)
            {
                row = (int)(uint)order[place];
                _ids[place] = new ParquetRow(columns, row).Int64(0);
                _timesMilliseconds[place] = (long)(order[place] >> 32) * MillisecondsPerSecond;
                Copy(columns[1], row, _weights.AsSpan(place * dimension, dimension));
            }
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The file, row group {group}, row {row} of it: {exception.Message}.", exception);
        }
    }

    public int Count => _ids.Length;

    /// <summary>Assigns the rows; returns how many the table took.</summary>
    public long AssignTo(EmbeddingTable table) => table.Assign(_ids, _weights, _timesMilliseconds);

    private static void Copy(ColumnValues weights, int row, Span<float> destination)
    {
        var (start, count) = (weights.Starts[row], weights.Starts[row + 1] - weights.Starts[row]);
        if (weights.Kind != ColumnKind.Number)
            throw new FormatException($"column '{weights.Name}' holds values of the kind {weights.Kind}, not {ColumnKind.Number}");
        if (count != destination.Length)
            throw new FormatException($"column '{weights.Name}' holds {count} weights, and the table has {destination.Length} dimensions");
        for (var i = 0; i < count; i++)
        {
            destination[i] = (float)weights.Numbers[start + i];
            if (!float.IsFinite(destination[i]))
                throw new FormatException($"column '{weights.Name}' holds {weights.Numbers[start + i]:R}, which is no finite float");
        }
    }
}
