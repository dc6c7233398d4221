namespace Monolith.Embeddings.Admission;

/// <summary>
/// What a filter remembered when a save began, until it is saved, while the filter changes: what changes before its turn is written
/// before it changes. Used under the lock that covers the filter.
/// </summary>
internal abstract class FilterSave : IDisposable
{
    /// <summary>Writes the next stretch of what was not written yet.</summary>
    /// <returns>False when everything is written.</returns>
    public abstract bool WriteNext();

    /// <summary>Ends the save, finished or not: the filter writes nothing more before it changes.</summary>
    public abstract void Dispose();
}
