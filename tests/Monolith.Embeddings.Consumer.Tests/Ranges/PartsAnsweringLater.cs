using System.Text.Json;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Ranges;

/// <summary>Parts as a network would reach them: every verb answers later, and plans and parts travel as text.</summary>
internal sealed class PartsAnsweringLater(IReadOnlyList<EmbeddingTableSet> sets) : SnapshotParts
{
    private readonly LocalSnapshotParts _parts = new(sets);

    /// <summary>Called before each cut, each writing and each end of a cut, with its name.</summary>
    public Action<string> Before { get; set; } = _ => { };

    public override IReadOnlyList<string> Names => _parts.Names;

    public override async Task OpenAsync(SnapshotStore store, SnapshotChainOptions options, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await _parts.OpenAsync(store, options, cancellationToken);
    }

    public override async ValueTask CutAsync(SnapshotPartPlan plan, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Before("cut");
        await _parts.CutAsync(Sent(plan), cancellationToken);
    }

    public override async Task<IReadOnlyList<SnapshotPart>> WriteAsync(
        SnapshotPartPlan plan, IProgress<SnapshotProgress>? progress, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Before("write");
        var parts = await _parts.WriteAsync(Sent(plan), progress, cancellationToken);
        return [.. parts.Reverse().Select(Sent)];
    }

    public override async ValueTask EndCutAsync(SnapshotPartPlan plan)
    {
        await Task.Yield();
        Before("end");
        await _parts.EndCutAsync(Sent(plan));
    }

    public override async ValueTask CloseAsync(bool clears)
    {
        await Task.Yield();
        await _parts.CloseAsync(clears);
    }

    private static T Sent<T>(T value) => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value))!;
}
