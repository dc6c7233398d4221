using OnlineTraining.Data;

namespace Experiments.Data;

/// <summary>
/// Events in the order of their time, held in memory, so that an experiment can begin anywhere and read any of them again. Immutable; read
/// from any thread.
/// </summary>
internal abstract class EventLog
{
    /// <summary>A short name for files and tables.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, for people: the data, its size, and what the label means.</summary>
    public abstract string Description { get; }

    /// <summary>How many events there are.</summary>
    public abstract int Count { get; }

    /// <summary>The slots, in the order of their numbers.</summary>
    public abstract IReadOnlyList<SlotSpec> Slots { get; }

    /// <summary>When an event happened; never before the event in front of it.</summary>
    /// <param name="place">Which event, from 0.</param>
    public abstract DateTimeOffset TimeOf(int place);

    /// <summary>Whether an event is positive.</summary>
    /// <param name="place">Which event, from 0.</param>
    public abstract bool LabelOf(int place);

    /// <summary>Adds an event's values behind those that are there, slot by slot.</summary>
    /// <param name="place">Which event, from 0.</param>
    /// <param name="values">Receives them.</param>
    public abstract void ValuesOf(int place, List<SlotValue> values);

    /// <summary>The first event that is not before a time; <see cref="Count"/> where all are.</summary>
    public int FirstFrom(DateTimeOffset time)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (TimeOf(middle) < time) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
