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
        where TReader : struct, IWeightReader
    {
        var verb = new LookupVerb<TReader>(Dimension, ids, output, reader);
        _runner.Run(ids, WeightBytes, ref verb);
        return verb.Found;
    }
}
