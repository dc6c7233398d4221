using Experiments.Data;

namespace Experiments.Ids;

/// <summary>
/// How values become rows. The arms of an experiment on collisions differ in nothing else. Immutable; used from any thread.
/// </summary>
internal abstract class IdScheme
{
    /// <summary>Adds the rows of a value behind those that are there.</summary>
    /// <param name="value">A value of the log.</param>
    /// <param name="rows">Receives one row, or several whose vectors are added.</param>
    public abstract void Add(SlotValue value, List<SlotValue> rows);
}
