namespace Monolith.Embeddings.Serving;

/// <summary>What a replica does where its store has no commit yet, because it starts before the trainer.</summary>
public enum ReplicaStartup
{
    /// <summary>It is not opened: <see cref="ModelReplica"/>.<c>OpenAsync</c> throws. The default.</summary>
    RequireCommit,

    /// <summary>
    /// <see cref="ModelReplica"/>.<c>OpenAsync</c> waits for the first commit. It looks every <see cref="ModelReplicaOptions.PollEvery"/>,
    /// or every second where that is infinite.
    /// </summary>
    WaitForCommit,

    /// <summary>
    /// It is opened and says that it is not ready (<see cref="ModelReplica.IsReady"/>). Until it is, calls for rows, requests or
    /// predictions throw a <see cref="ReplicaNotReadyException"/>.
    /// </summary>
    OpenNotReady,

    /// <summary>
    /// It is opened and says that it is not ready, but answers: no id has a row, so that all embeddings are zeros, and the model predicts
    /// with the dense weights that it was made with. Needs a model; a factory knows none before the first commit names its schema.
    /// </summary>
    OpenWithInitialModel,
}
