// docs/guide/operations.md shows what stands between the two marks, to the letter; OperationsPageTests holds that.
// <page>
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Training;

public static class Probes
{
    /// <summary>For a load balancer: requests go to any server with a model, however old it is.</summary>
    public static (int Code, string Text) Ready(ModelReplica replica) => (replica.IsReady ? 200 : 503, replica.GetHealth().Description);

    /// <summary>For a person: what is not as it should be, or null.</summary>
    public static string? Alarm(ModelReplica replica)
    {
        var health = replica.GetHealth(maxAge: TimeSpan.FromMinutes(10));
        return health.Status is ReplicaStatus.Following or ReplicaStatus.StreamQuiet or ReplicaStatus.TrainerEnded or ReplicaStatus.Pinned
            ? null
            : health.Description;
    }

    /// <summary>The same of a trainer. Do not restart it because of this: a restart repairs none of these.</summary>
    public static string? Alarm(OnlineTrainer trainer)
    {
        var health = trainer.GetHealth(maxLag: TimeSpan.FromHours(1));
        return health.Status is TrainerStatus.Training or TrainerStatus.StreamQuiet or TrainerStatus.Idle ? null : health.Description;
    }
}
// </page>
