using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Snapshots.Contents;
using Monolith.Embeddings.Snapshots.Files;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Restoring;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Commits;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>Reads a commit of the old schema into the tables and the model of the new one. Used once.</summary>
internal sealed class MigrationRun(
    OnlineModel before, OnlineModel after, EmbeddingTableSet tables, MigrationNames names, SchemaMigrationOptions options)
{
    private readonly List<MigratedPart> _parts = [];
    private MigrationProbe? _probe;

    /// <summary>The manifest that was read.</summary>
    public SnapshotManifest Manifest { get; private set; } = null!;

    /// <summary>The commit that was read.</summary>
    public SnapshotCommit Commit => Manifest.Newest!;

    /// <summary>The sections of the new commit.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> Sections { get; private set; } = [];

    /// <summary>The state of the source, for the new commit; empty where there is none.</summary>
    public SourceState Source { get; private set; } = new();

    /// <summary>The segment that held a catalogue, and what the new one holds; null where there is none.</summary>
    public (SnapshotSegment Segment, byte[] Bytes)? Catalogue { get; private set; }

    /// <summary>The segments that held the audit of removals, and what the new ones hold.</summary>
    public IReadOnlyList<(string Name, byte[] Bytes)> Removals { get; private set; } = [];

    /// <summary>Segments of other kinds, which stay as they are.</summary>
    public IReadOnlyList<SnapshotSegment> OtherSegments { get; private set; } = [];

    /// <summary>The old store, which holds the segments.</summary>
    public SnapshotStore Store { get; private set; } = null!;

    /// <summary>What became of all.</summary>
    public SchemaMigrationReport ReportOf(SnapshotCommit? result) =>
        new() { Source = Commit, Result = result, Parts = [.. _parts], Probe = _probe };

    /// <exception cref="SnapshotException">The store has no commit of the old model that can be read.</exception>
    public Task ReadAsync(
        SnapshotStore store, ExampleSource? examples, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        Store = store;
        return new SnapshotPublisher(store).ReadFilesAsync(
            manifest => ReadAsync(manifest, examples, progress, cancellationToken), cancellationToken);
    }

    private async Task<bool> ReadAsync(
        SnapshotManifest? manifest, ExampleSource? examples, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        if (manifest?.Newest is null)
        {
            throw new SnapshotException(SnapshotFault.Missing, "manifest.json", "a commit to migrate",
                "none: nothing was saved to this store.");
        }
        Manifest = manifest;
        Reset();
        using var claim = new TableClaim(tables);
        using var chain = await ChainFiles.OpenAsync(Store, manifest, isServing: false, cancellationToken).ConfigureAwait(false);
        FileFingerprint.Require(chain.Files[^1], before.Schema);
        var sections = chain.Files[^1].NamedSections
            .ToDictionary(name => name, name => (ReadOnlyMemory<byte>)chain.Files[^1].ReadSection(name), StringComparer.Ordinal);
        LoadOld(chain.Files[^1].Name, sections);
        await Task.Run(() => FillTables(chain, progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        _parts.AddRange(SchemaParts.Of(before.Schema, after.Schema, names));
        await MigrateRestAsync(chain.Files[^1].Name, sections, cancellationToken).ConfigureAwait(false);
        if (examples is not null) await ProbeAsync(examples, progress, cancellationToken).ConfigureAwait(false);
        return true;
    }

    // The files may have gone, and the manifest of now names others.
    private void Reset()
    {
        _parts.Clear();
        foreach (var table in tables.Tables) table.Clear();
    }

    private void LoadOld(string file, Dictionary<string, ReadOnlyMemory<byte>> sections)
    {
        if (!sections.TryGetValue(SnapshotChain.ModelSection, out var model))
        {
            throw new SnapshotException(SnapshotFault.Mismatch, file, $"the section '{SnapshotChain.ModelSection}' of a trainer",
                $"{string.Join(", ", sections.Keys.Select(name => $"'{name}'").DefaultIfEmpty("none"))}.");
        }
        try
        {
            before.Load(new MemoryStream(model.ToArray()));
        }
        catch (InvalidDataException cause)
        {
            throw new SnapshotException(SnapshotFault.Mismatch, file, $"the weights of the old model '{before.Name}'",
                $"others: {cause.Message} Give the old model the options that it was trained with.", cause);
        }
    }

    private void FillTables(ChainFiles chain, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        var migration = new TableMigration(chain, tables, names, _parts);
        migration.Run(before, after, new BlockPass(options.Threads, cancellationToken), progress);
    }

    private async Task MigrateRestAsync(
        string file, Dictionary<string, ReadOnlyMemory<byte>> sections, CancellationToken cancellationToken)
    {
        try
        {
            new ModelMigration(before, after, names, _parts).Run();
            Sections = new TrainerMigration(before.Schema, after.Schema, names, _parts).Run(sections);
            using var model = new MemoryStream();
            after.Save(model);
            Sections[SnapshotChain.ModelSection] = model.ToArray();
            var restored = new RestoredSnapshot(Commit, sections, Manifest.SegmentsOf(Commit), Manifest.Chain);
            OtherSegments = [.. restored.Segments.Where(segment =>
                !SavedSource.IsOfSource(segment) && segment.Section is not (SavedCatalogue.Section or RemovalSegments.Section))];
            Removals = await new RemovalMigration(names, _parts)
                .RunAsync(Store, Manifest.Chain, RemovalSegments.Of(restored.Segments), cancellationToken).ConfigureAwait(false);
            if (SavedCatalogue.Of(restored.Segments) is { } catalogue)
            {
                Catalogue = (catalogue, await new CatalogueMigration(names, _parts)
                    .RunAsync(Store, Manifest.Chain, catalogue, cancellationToken).ConfigureAwait(false));
            }
            var state = SavedSource.Of(restored, Store);
            if (state.IsEmpty) return;
            Source = await new SourceMigration(before.Schema, after.Schema, names, _parts)
                .RunAsync(state, PositionOf(sections), cancellationToken).ConfigureAwait(false);
            SavedSource.AddSections(Source, Sections);
        }
        catch (InvalidDataException cause)
        {
            throw new SnapshotException(SnapshotFault.Mismatch, file, $"the state of a trainer of model '{before.Name}'",
                $"something else: {cause.Message}", cause);
        }
    }

    private StreamPosition PositionOf(Dictionary<string, ReadOnlyMemory<byte>> sections) =>
        sections.TryGetValue(TrainerState.Section, out var trainer)
            ? TrainerState.Load(trainer, new ProgressiveMetrics(before.Schema)).Position
            : StreamPosition.Start;

    private async Task ProbeAsync(ExampleSource examples, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        var probe = new PredictionProbe(before, after, names, options.ProbeExamples);
        await probe.ReadAsync(examples, cancellationToken).ConfigureAwait(false);
        using var old = new EmbeddingTableSet(before.Schema, tables.Options, tables.Time);
        await RestoredSnapshot.RestoreAsync(Store, Manifest, old, options.Threads, progress, cancellationToken).ConfigureAwait(false);
        _probe = await probe.RunAsync(old, tables, cancellationToken).ConfigureAwait(false);
    }
}
