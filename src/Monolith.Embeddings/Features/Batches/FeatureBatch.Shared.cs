using System.Diagnostics.CodeAnalysis;

namespace Monolith.Embeddings.Features;

public partial class FeatureBatch
{
    /// <summary>
    /// Writes what serves every row: a slot that is written here is shared until <see cref="Clear"/>, and no row writes it; a dense feature
    /// or a raw column is what every row has unless it says otherwise, and is refused once a row was begun.
    /// </summary>
    public FeatureWriter Shared
    {
        get
        {
            RequireWritable();
            return new FeatureWriter(this, isShared: true);
        }
    }

    private bool HasRows => Rows > 0 || _isRowOpen;

    // Those rows would not have it.
    [DoesNotReturn]
    private static void ThrowHasRows(string what) =>
        throw new InvalidOperationException($"{what} cannot be shared: rows were begun. Write the shared side first.");
}
