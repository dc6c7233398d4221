using Monolith.Embeddings.Indexing;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Tables.Batches;

namespace Monolith.Embeddings.Tables.Serving;

internal sealed partial class WeightTable
{
    /// <summary>Reads rows; an id without a row reads zeros. Nothing is allocated in steady state.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="output">Receives the weights, [n, <see cref="Dimension"/>].</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, or the spans share memory; nothing was written.</exception>
    public int Lookup(ReadOnlySpan<long> ids, Span<float> output)
    {
        RequireRows(ids.Length, output.Length, nameof(output));
        Overlap.Refuse(ids, output, nameof(ids), nameof(output));
        var verb = new LookupVerb(this, output);
        ForEach(ids, ref verb);
        return verb.Found;
    }

    private ref struct LookupVerb(WeightTable table, Span<float> output) : IWeightVerb
    {
        private readonly Span<float> _output = output;
        private readonly int _dimension = table.Dimension;

        public static bool MayBePutOff => true;

        public int Found { get; private set; }

        public readonly void Prepare(StripeGroups groups, in IdBlock block)
        {
        }

        public unsafe void Process(CuckooRows rows, StripeGroups groups, in IdBlock block)
        {
            for (var i = block.Start; i < block.Start + block.Count; i++)
            {
                var destination = _output.Slice(groups.Positions[i] * _dimension, _dimension);
                if (rows.TryFind(groups.Hashes[i], groups.Guesses[i], out var row))
                {
                    table._encoding.Decode(row, destination);
                    Found++;
                }
                else destination.Clear();
            }
        }
    }
}
