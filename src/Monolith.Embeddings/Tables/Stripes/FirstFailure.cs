using System.Runtime.ExceptionServices;

namespace Monolith.Embeddings.Tables.Stripes;

/// <summary>The first of several exceptions, until it is thrown. Thread-safe.</summary>
internal sealed class FirstFailure
{
    private ExceptionDispatchInfo? _failure;

    public void Keep(ExceptionDispatchInfo failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    /// <summary>Throws it, if there is one, and forgets it.</summary>
    public void ThrowOnce() => Interlocked.Exchange(ref _failure, null)?.Throw();
}
