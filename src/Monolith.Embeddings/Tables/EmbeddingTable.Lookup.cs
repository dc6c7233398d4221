using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>Reads rows. Changes nothing; an id without a row reads zeros.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="output">Receives the weights, [n, <see cref="Dimension"/>].</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, or the spans share memory; nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int Lookup(ReadOnlySpan<long> ids, Span<float> output)
    {
        RequireRows(ids.Length, output.Length, nameof(output));
        Overlap.Refuse(ids, output, nameof(ids), nameof(output));
        return _rules.Layout.HasPlainWeights
            ? Lookup(ids, output, default(PlainWeights))
            : Lookup(ids, output, new PackedWeights(_rules.Layout));
    }

    /// <summary>Reads rows, and says which ids have one. Changes nothing; an id without a row reads zeros.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="output">Receives the weights, [n, <see cref="Dimension"/>].</param>
    /// <param name="hasRow">Receives whether each id has a row, [n].</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <inheritdoc cref="Lookup(ReadOnlySpan{long}, Span{float})" path="/exception" />
    public int Lookup(ReadOnlySpan<long> ids, Span<float> output, Span<bool> hasRow)
    {
        RequireRows(ids.Length, output.Length, nameof(output));
        BatchArguments.RequireRows(Name, 1, ids.Length, hasRow.Length, nameof(hasRow));
        Overlap.Refuse(ids, output, nameof(ids), nameof(output));
        Overlap.Refuse(ids, hasRow, nameof(ids), nameof(hasRow));
        Overlap.Refuse(output, hasRow, nameof(output), nameof(hasRow));
        hasRow.Clear();
        return Lookup(ids, output, new MarkedWeights(_rules.Layout, hasRow));
    }

    /// <summary>Reads rows into a batch's memory, and what else it asks for.</summary>
    internal void LookupBatch(TableBatch batch)
    {
        if (batch.HasRow.IsEmpty) Lookup(batch.Ids.Span, batch.Rows.Span);
        else Lookup(batch.Ids.Span, batch.Rows.Span, batch.HasRow.Span);
    }

    /// <summary>Reads one row. The batched overload is far faster for many ids.</summary>
    /// <param name="id">Any id.</param>
    /// <param name="output">Receives the weights, [<see cref="Dimension"/>].</param>
    /// <returns>Whether the id has a row.</returns>
    /// <inheritdoc cref="Lookup(ReadOnlySpan{long}, Span{float})" path="/exception" />
    public bool Lookup(long id, Span<float> output) => Lookup([id], output) == 1;

    /// <summary>How much of a row a lookup reads, from its front.</summary>
    private int WeightBytes => RowLayout.HeaderBytes + _rules.Layout.WeightBytes;

    private void RequireRows(int ids, int floats, string what) => BatchArguments.RequireRows(Name, Dimension, ids, floats, what);

    // What a row is read by is chosen once a batch.
    private int Lookup<TReader>(ReadOnlySpan<long> ids, Span<float> output, TReader reader)
        where TReader : struct, IWeightReader, allows ref struct
    {
        var verb = new LookupVerb<TReader>(Dimension, ids, output, reader);
        _runner.Run(ids, WeightBytes, ref verb);
        return verb.Found;
    }
}
