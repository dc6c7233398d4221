using Monolith.Embeddings.Features;

namespace Parity;

/// <summary>Everything that the trainer saw and predicted, in its order.</summary>
internal sealed class EventLog(FeatureSchema schema)
{
    private readonly List<long>[] _ids = [.. schema.Slots.Select(_ => new List<long>())];
    private readonly List<long>[] _offsets = [.. schema.Slots.Select(_ => new List<long> { 0 })];
    private readonly List<long> _batches = [0];
    private readonly List<float> _labels = [], _weights = [], _logitOffsets = [], _dense = [], _logits = [];

    /// <summary>The distinct ids in the order of their first sight.</summary>
    public long[] DistinctIds() => [.. _ids.SelectMany(ids => ids).Distinct()];

    /// <summary>Adds a batch with its logits before learning.</summary>
    public void Add(ExampleBatch batch, ReadOnlySpan<float> logits)
    {
        foreach (var slot in schema.Slots)
        {
            var before = _ids[slot.Index].Count;
            _ids[slot.Index].AddRange(batch.Ids(slot));
            foreach (var offset in batch.Offsets(slot)[1..]) _offsets[slot.Index].Add(before + offset);
        }
        var task = schema.Tasks[0];
        _labels.AddRange(batch.Labels(task));
        _weights.AddRange(batch.Weights);
        _logitOffsets.AddRange(batch.LogitOffsets(task));
        _dense.AddRange(batch.Dense);
        _logits.AddRange(logits);
        _batches.Add(_labels.Count);
    }

    /// <summary>Writes one file a column, and two a slot.</summary>
    public void Write(Func<string, string> path)
    {
        foreach (var slot in schema.Slots)
        {
            NumpyFile.Write<long>(path($"slot_{slot.Name}_ids"), _ids[slot.Index].ToArray());
            NumpyFile.Write<long>(path($"slot_{slot.Name}_offsets"), _offsets[slot.Index].ToArray());
        }
        NumpyFile.Write<long>(path("batches"), _batches.ToArray());
        NumpyFile.Write<float>(path("labels"), _labels.ToArray());
        NumpyFile.Write<float>(path("weights"), _weights.ToArray());
        NumpyFile.Write<float>(path("logit_offsets"), _logitOffsets.ToArray());
        NumpyFile.Write<float>(path("dense"), _dense.ToArray(), _labels.Count, schema.DenseWidth);
        NumpyFile.Write<float>(path("logits"), _logits.ToArray());
    }
}
