using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>Which candidate each sequence is looked at for.</summary>
internal static class CandidatePairs
{
    /// <summary>The pairs that are named, or each sequence with the one pooled slot of its table.</summary>
    /// <exception cref="ArgumentException">They do not fit the schema; the message says which slots there are, with dimensions.</exception>
    public static (string Sequence, string Candidate)[] Of(
        FeatureSchema schema, IReadOnlyList<(string Sequence, string Candidate)>? pairs, string name)
    {
        var sequences = schema.Layout.Sequences.Where(sequence => sequence.SegmentName == RowBuilder.VectorName).ToArray();
        var known = string.Join(", ", sequences.Select(s => $"'{s.Slot.Name}' of {s.Dimension}").DefaultIfEmpty("none"));
        (string Sequence, string Candidate)[] all =
            pairs is null ? [.. sequences.Select(s => (s.Slot.Name, TheCandidate(schema, s, name)))] : [.. pairs];
        if (all.Length == 0)
            throw new ArgumentException($"A pair of a sequence and a candidate is needed; sequences with vectors: {known}.", name);
        foreach (var (slot, candidate) in all)
        {
            var sequence = Array.Find(sequences, s => s.Slot.Name == slot)
                ?? throw new ArgumentException($"There is no sequence '{slot}' with a vector; sequences that have one: {known}.", name);
            var columns = FieldShape.ColumnsOf(schema, candidate, name);
            if (columns.Width == sequence.Dimension) continue;
            throw new ArgumentException($"The steps of '{slot}' have the dimension {sequence.Dimension}, the candidate '{candidate}' has "
                + $"{columns.Width}; they must be equal.", name);
        }
        return all;
    }

    private static string TheCandidate(FeatureSchema schema, SequenceLayout sequence, string name)
    {
        var table = sequence.Slot.TableName;
        var candidates = schema.Slots.Where(s => s.Table == sequence.Slot.Table && s.Pooling is not (Pooling.None or Pooling.FirstN))
            .Select(s => s.Name).ToArray();
        return candidates.Length == 1 ? candidates[0] : throw new ArgumentException(
            $"The sequence '{sequence.Slot.Name}' has no clear candidate: pooled slots of its table '{table}' are "
            + $"{string.Join(", ", candidates.Select(s => $"'{s}'").DefaultIfEmpty("none"))}. Name the pairs.", name);
    }
}
