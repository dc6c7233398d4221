using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Training;

public sealed partial class OnlineTrainer
{
    /// <summary>
    /// Texts of ids that are saved with the commits, so that replicas have them; null, the default, for none. A commit has it as it was at
    /// its cut; one behind which it did not change writes nothing of it. Where the store's newest commit has one, the first run loads it,
    /// in the place of what is in it.
    /// </summary>
    public IdCatalogue? Catalogue { get; init; }

    private async ValueTask RestoreCatalogueAsync(RestoredSnapshot restored, CancellationToken cancellationToken)
    {
        if (Catalogue is null || SavedCatalogue.Of(restored.Segments) is not { } segment) return;
        await SavedCatalogue.LoadAsync(Catalogue, _store!, restored.Chain, segment, cancellationToken).ConfigureAwait(false);
    }
}
