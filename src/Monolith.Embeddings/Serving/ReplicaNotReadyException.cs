namespace Monolith.Embeddings.Serving;

/// <summary>
/// A replica was asked before it held a commit. <see cref="ModelReplica.IsReady"/> says when it does, and <see
/// cref="ModelReplica.WaitUntilReadyAsync"/> waits for that. The cause is why it could not follow its store, where it could not.
/// </summary>
public sealed class ReplicaNotReadyException : InvalidOperationException
{
    /// <summary>Creates the exception.</summary>
    public ReplicaNotReadyException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public ReplicaNotReadyException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause; null where there is none.</param>
    public ReplicaNotReadyException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
