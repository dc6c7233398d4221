// docs/guide/serving.md shows what stands between the two marks, to the letter; ServingPageTests holds that.
// <page>
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;

public static class OtherProcess
{
    /// <summary>Opens at once, also where the trainer has committed nothing yet.</summary>
    public static Task<ModelReplica> OpenAsync(SnapshotStore store, Shop shop, CancellationToken stopping) =>
        ModelReplica.OpenAsync(
            store, shop.CreateModel(), new() { Startup = ReplicaStartup.OpenNotReady, PollEvery = TimeSpan.FromMilliseconds(200) },
            cancellationToken: stopping);

    /// <summary>For a health check: whether to send requests, and what to say.</summary>
    public static (bool IsHealthy, string Description) Check(ModelReplica replica)
    {
        var health = replica.GetHealth(maxAge: TimeSpan.FromMinutes(30));
        return (health.Status is not (ReplicaStatus.NotReady or ReplicaStatus.Behind), health.Description);
    }

    /// <summary>Serves an earlier commit, whatever is committed meanwhile, until <see cref="ModelReplica.UnpinAsync"/>.</summary>
    public static Task<bool> GoBackAsync(ModelReplica replica, ulong commit, CancellationToken stopping) =>
        replica.PinAsync(commit, stopping);
}
// </page>
