using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Training.Observing;

/// <summary>
/// What the examples of a trainer had in each slot and raw column; tells of slots that fall silent. Written by the training thread, a batch
/// at a time; read by any.
/// </summary>
/// <param name="schema">The schema of the examples.</param>
/// <param name="log">Told of slots that fall silent.</param>
internal sealed class InputCounts(FeatureSchema schema, ILogger log)
{
    private readonly FeatureSlot[] _slots = [.. schema.Slots];
    private readonly SlotCounts[] _counts = [.. schema.Slots.Select(_ => new SlotCounts())];
    private readonly long[] _absentNumbers = new long[schema.Numbers.Count];

    /// <summary>The slots.</summary>
    public ReadOnlySpan<FeatureSlot> Slots => _slots;

    /// <summary>The names of the raw columns.</summary>
    public IEnumerable<string> Numbers => schema.Numbers.Select(number => number.Name);

    /// <summary>The names of slots that had ids, and now have none any more, in the order of the schema.</summary>
    public IReadOnlyList<string> SilentSlots => [.. _slots.Where(slot => _counts[slot.Index].IsSilent).Select(slot => slot.Name)];

    /// <summary>What a slot had.</summary>
    public SlotCounts Of(FeatureSlot slot) => _counts[slot.Index];

    /// <summary>How many examples had no number in a raw column.</summary>
    /// <param name="column">The place of the column.</param>
    public long AbsentNumbers(int column) => Volatile.Read(ref _absentNumbers[column]);

    /// <summary>Takes note of a batch.</summary>
    public void Add(FeatureBatch batch)
    {
        if (batch.Rows == 0) return;
        foreach (var slot in _slots)
        {
            var (counts, ids) = (_counts[slot.Index], batch.Ids(slot).Length);
            var hasAll = batch.HasOneIdARow(slot) || (ids > 0 && batch.IsShared(slot));
            var empty = hasAll ? 0 : ids == 0 ? batch.Rows : EmptyRows.Count(batch.Offsets(slot));
            if (counts.Add(batch.Rows, ids, empty)) Tell(slot, counts);
        }
        if (_absentNumbers.Length > 0) AddNumbers(batch.Numbers);
    }

    private void AddNumbers(ReadOnlySpan<float> numbers)
    {
        for (var first = 0; first < numbers.Length; first += _absentNumbers.Length)
        {
            var row = numbers.Slice(first, _absentNumbers.Length);
            for (var column = 0; column < row.Length; column++) _absentNumbers[column] += float.IsNaN(row[column]) ? 1 : 0;
        }
    }

    private void Tell(FeatureSlot slot, SlotCounts counts)
    {
        if (!log.IsEnabled(LogLevel.Information)) return;
        if (counts.IsSilent) log.SlotIsSilent(slot.Name, counts.Silence, Math.Round(counts.UsualShare, 4));
        else log.SlotIsBack(slot.Name);
    }
}
