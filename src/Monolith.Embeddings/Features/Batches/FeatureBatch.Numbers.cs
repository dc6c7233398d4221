using Monolith.Embeddings.Features.Batches;

namespace Monolith.Embeddings.Features;

public partial class FeatureBatch
{
    private readonly ValueRows _numbers;

    /// <summary>
    /// The raw columns, [<see cref="Rows"/>, <see cref="FeatureSchema.Numbers"/>]; NaN where a row has no value. A value may be infinite.
    /// </summary>
    public ReadOnlySpan<float> Numbers
    {
        get
        {
            RequireReadable();
            return _numbers.Closed(Rows);
        }
    }

    internal void WriteNumber(NumberColumn column, float value, bool shared)
    {
        ArgumentNullException.ThrowIfNull(column);
        Schema.RequireOwn(column);
        if (shared && HasRows) ThrowHasRows($"Raw column '{column.Name}'");
        WriteNumber(column.Index, value, shared);
    }

    /// <summary>Writes a raw column of the row that was begun, or of all rows, none of which was begun.</summary>
    internal void WriteNumber(int column, float value, bool shared)
    {
        // Of all NaNs one is kept: equal rows have equal bits.
        if (float.IsNaN(value)) value = float.NaN;
        if (shared) _numbers.Share(column, value);
        else _numbers.Write(Rows, column, value);
    }
}
