using Experiments.Data;

namespace Experiments.Ids;

/// <summary>
/// The values of each slot, numbered from 0 in the order in which the log brings them: the paper's re-indexed ids. Immutable; read from any
/// thread.
/// </summary>
internal sealed class SlotIndexes
{
    // A slot with fewer values, such as the hours of a day, would not be hashed by anyone.
    private const int FewestHashed = 1000;

    private readonly Dictionary<long, int>[] _places;

    /// <summary>Numbers the values of a log.</summary>
    /// <param name="log">The log, read once.</param>
    /// <param name="fewestHashed">From how many distinct values on a slot is hashed.</param>
    public SlotIndexes(EventLog log, int fewestHashed = FewestHashed)
    {
        _places = [.. log.Slots.Select(_ => new Dictionary<long, int>())];
        var values = new List<SlotValue>();
        for (var place = 0; place < log.Count; place++)
        {
            values.Clear();
            log.ValuesOf(place, values);
            foreach (var value in values) _places[value.Slot].TryAdd(value.Value, _places[value.Slot].Count);
        }
        HashedSlots = [.. Enumerable.Range(0, _places.Length).Where(slot => _places[slot].Count >= fewestHashed)];
    }

    /// <summary>The slots that have so many values that one would hash them.</summary>
    public IReadOnlyList<int> HashedSlots { get; }

    /// <summary>How many distinct values a slot has.</summary>
    public int Count(int slot) => _places[slot].Count;

    /// <summary>The number of a value of its slot.</summary>
    public int Of(SlotValue value) => _places[value.Slot][value.Value];
}
