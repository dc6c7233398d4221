namespace OnlineTraining.Data;

/// <summary>How a slot's value becomes the id of a row. The contestants differ in nothing else.</summary>
public abstract class IdSpace
{
    /// <summary>The id of a value.</summary>
    /// <param name="slot">The slot's number, 0 to 32,767.</param>
    /// <param name="value">The value, 0 to 2^48 - 1.</param>
    public abstract long Id(int slot, long value);
}
