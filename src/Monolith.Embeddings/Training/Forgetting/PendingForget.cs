namespace Monolith.Embeddings.Training.Forgetting;

/// <summary>A request that waits for the end of a batch.</summary>
/// <param name="request">What is to be forgotten.</param>
/// <param name="cancellationToken">Cancels it before it is begun.</param>
internal sealed class PendingForget(ForgetRequest request, CancellationToken cancellationToken)
{
    private readonly TaskCompletionSource<ForgetReport> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the report, or with what went wrong.</summary>
    public Task<ForgetReport> Report => _done.Task;

    /// <summary>Does it, and says what came of it; throws nothing.</summary>
    public async ValueTask RunAsync(Func<ForgetRequest, CancellationToken, Task<ForgetReport>> forget)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            _done.TrySetResult(await forget(request, cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _done.TrySetCanceled(cancellationToken);
        }
        catch (Exception failure)
        {
            _done.TrySetException(failure);
        }
    }

    /// <summary>Ends it without having begun.</summary>
    public void Fail(Exception cause) => _done.TrySetException(cause);
}
