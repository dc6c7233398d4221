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

    /// <summary>Says which ids have a row. Nothing is allocated in steady state.</summary>
    /// <param name="ids">Any ids, [n].</param>
    /// <param name="known">Receives the answers, [n].</param>
    /// <returns>How many of the ids have a row, repeated ones counted each time.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans share memory; nothing was written.</exception>
    public int Contains(ReadOnlySpan<long> ids, Span<bool> known)
    {
        if (known.Length != ids.Length)
            throw new ArgumentException(
                $"Table '{Name}': {ids.Length} ids need {ids.Length} answers, but there is room for {known.Length}.", nameof(known));
        Overlap.Refuse(ids, known, nameof(ids), nameof(known));
        var verb = new ContainsVerb(known);
        ForEach(ids, ref verb);
        return verb.Found;
    }

    private ref struct ContainsVerb(Span<bool> known) : IWeightVerb
    {
        private readonly Span<bool> _known = known;

        public static bool MayBePutOff => true;

        public int Found { get; private set; }

        public readonly void Prepare(StripeGroups groups, in IdBlock block)
        {
        }

        public unsafe void Process(CuckooRows rows, StripeGroups groups, in IdBlock block)
        {
            for (var i = block.Start; i < block.Start + block.Count; i++)
            {
                var isKnown = rows.TryFind(groups.Hashes[i], groups.Guesses[i], out _);
                _known[groups.Positions[i]] = isKnown;
                Found += isKnown ? 1 : 0;
            }
        }
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
