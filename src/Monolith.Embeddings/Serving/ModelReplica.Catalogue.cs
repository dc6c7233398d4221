using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Serving;

public sealed partial class ModelReplica
{
    private IdCatalogue? _texts;
    private SnapshotSegment? _loadedTexts;

    internal override IdCatalogue? Catalogue => Volatile.Read(ref _texts);

    // A commit whose catalogue is the one that is here has the same file.
    private async Task FollowTextsAsync(SnapshotManifest manifest, CancellationToken cancellationToken)
    {
        var commit = manifest.Commits.LastOrDefault(one => one.Number == _version.Number);
        var segment = commit is null ? null : SavedCatalogue.Of(manifest.SegmentsOf(commit));
        if (segment == _loadedTexts) return;
        IdCatalogue? texts = null;
        if (segment is not null)
        {
            texts = new IdCatalogue(IdCatalogue.MostTexts, IdCatalogue.MostBytes);
            await SavedCatalogue.LoadAsync(texts, _store, manifest.Chain, segment, cancellationToken).ConfigureAwait(false);
        }
        Volatile.Write(ref _texts, texts);
        _loadedTexts = segment;
    }
}
