using System.Diagnostics.CodeAnalysis;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;

namespace Monolith.Embeddings.Streams.ExampleLogs;

/// <summary>Puts forgotten rows in the place of those that have a forgotten id. Used by one thread.</summary>
/// <param name="schema">The schema by which rows are read; ids of slots that it does not have are not seen.</param>
/// <param name="suppressed">Says which.</param>
[SuppressMessage("Design", "CA1001", Justification = "The batch is of no pool, so that there is nothing to give back.")]
internal sealed class RowForgetting(FeatureSchema schema, SuppressedExamples suppressed)
{
    private readonly ExampleBatch _scratch = new(schema);

    /// <summary>Whether a row has a forgotten id.</summary>
    /// <exception cref="InvalidDataException">Its bytes are damaged.</exception>
    public bool IsSuppressed(ExampleRowReader reader, ReadOnlySpan<byte> row)
    {
        if (ForgottenRow.Is(row)) return false;
        _scratch.Clear();
        reader.Append(row, _scratch);
        return suppressed.IsSuppressed(_scratch, 0);
    }

    /// <summary>How many of some rows, each after its length, have a forgotten id.</summary>
    public long Count(ExampleRowReader reader, ReadOnlySpan<byte> rows, long count)
    {
        var found = 0L;
        for (; count > 0; count--)
        {
            if (IsSuppressed(reader, Next(ref rows))) found++;
        }
        return found;
    }

    /// <summary>Hands rows on, those with a forgotten id as forgotten ones, or not at all.</summary>
    /// <param name="reader">Reads the rows.</param>
    /// <param name="rows">The rows, each after its length.</param>
    /// <param name="count">How many of them.</param>
    /// <param name="keepsPlaces">Whether a forgotten row takes the place of such a row.</param>
    /// <param name="append">Takes the rows.</param>
    public void Copy(ExampleRowReader reader, ReadOnlySpan<byte> rows, long count, bool keepsPlaces, Action<ReadOnlySpan<byte>> append)
    {
        Span<byte> forgotten = stackalloc byte[ForgottenRow.Bytes];
        for (; count > 0; count--)
        {
            var row = Next(ref rows);
            if (!IsSuppressed(reader, row)) append(row);
            else if (keepsPlaces)
            {
                ForgottenRow.Write(row, forgotten);
                append(forgotten);
            }
        }
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rows)
    {
        var length = RowBlock.LengthOfNext(rows);
        var row = rows.Slice(RowChunk.LengthBytes, length);
        rows = rows[(RowChunk.LengthBytes + length)..];
        return row;
    }
}
