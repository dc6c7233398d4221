namespace BeforeAfter.Contract;

/// <summary>The table that a driver is to make: no filter, no expiry, the defaults for all else.</summary>
/// <param name="Dimension">Weights of a row's vector.</param>
/// <param name="Rule">How rows learn.</param>
/// <param name="Folder">A folder of the table's own, which need not exist, for what it saves.</param>
/// <param name="HasBias">Whether a segment of one weight, a bias, stands before the vector.</param>
/// <param name="IsHalf">Whether weights are stored as <c>Float16</c>.</param>
public sealed record TablePlan(int Dimension, UpdateRule Rule, string Folder, bool HasBias = false, bool IsHalf = false)
{
    /// <summary>Weights of a row.</summary>
    public int Width => HasBias ? Dimension + 1 : Dimension;
}
