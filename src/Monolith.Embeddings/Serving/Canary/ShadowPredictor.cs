using System.Threading.Channels;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Serving.Canary;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// Scores the requests that another predictor answers once more, by a version whose answers are not used, and compares. It works on a
/// thread of its own: the answering thread pays for a copy of the features, waits for nothing, and never fails because of it. What it
/// cannot take is dropped and counted. The predictors belong to the caller. Thread-safe.
/// </summary>
public sealed class ShadowPredictor : IAsyncDisposable
{
    private readonly Channel<ShadowRequest> _queue = Channel.CreateUnbounded<ShadowRequest>(new() { SingleReader = true });
    private readonly ObjectPool<ShadowRequest> _pool = new(() => new ShadowRequest());
    private readonly ShadowScores _scores;
    private readonly ShadowOptions _options;
    private readonly Func<Task>? _before;
    private readonly Task _scoring;
    private int _waiting;
    private long _dropped;

    /// <summary>Begins to wait for requests.</summary>
    /// <param name="shadow">Scores them; of the same schema as what answers.</param>
    /// <param name="options">How much it takes on; the defaults where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public ShadowPredictor(Predictor shadow, ShadowOptions? options = null)
        : this(shadow, options, before: null)
    {
    }

    /// <param name="shadow">Scores them.</param>
    /// <param name="options">How much it takes on.</param>
    /// <param name="before">Awaited before each request is scored; null for nothing.</param>
    internal ShadowPredictor(Predictor shadow, ShadowOptions? options, Func<Task>? before)
    {
        ArgumentNullException.ThrowIfNull(shadow);
        OptionErrors.ThrowIfInvalid(options ??= new ShadowOptions());
        (_scores, _before, _options) = (new ShadowScores(shadow), before, new() { QueueRequests = options.QueueRequests });
        _scoring = Task.Run(ScoreAsync);
    }

    /// <summary>What it has done so far. Allocates.</summary>
    public ShadowFigures Figures => _scores.Figures(Interlocked.Read(ref _dropped));

    /// <summary>Why a request could not be scored the last time; null where it could.</summary>
    public Exception? LastFailure => _scores.LastFailure;

    /// <summary>Takes a request that was answered. Nothing is allocated in steady state.</summary>
    /// <param name="request">The request, as it was predicted.</param>
    /// <param name="scores">What was answered, [candidates, tasks].</param>
    /// <returns>Whether it will be scored; false where it was dropped, because too many wait, or this is disposed.</returns>
    /// <exception cref="ArgumentException">There are more or fewer scores than candidates by tasks.</exception>
    /// <exception cref="ObjectDisposedException">The request was handed back.</exception>
    public bool Offer(PredictionRequest request, ReadOnlySpan<float> scores)
    {
        if (Interlocked.Increment(ref _waiting) > _options.QueueRequests) return Drop();
        var copy = _pool.Rent();
        try
        {
            copy.Take(request, scores);
        }
        catch
        {
            Return(copy);
            throw;
        }
        if (_queue.Writer.TryWrite(copy)) return true;
        copy.Clear();
        _pool.Return(copy);
        return Drop();
    }

    /// <summary>Scores what waits, and ends. What is offered afterwards is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _scoring.ConfigureAwait(false);
    }

    private bool Drop()
    {
        Interlocked.Decrement(ref _waiting);
        Interlocked.Increment(ref _dropped);
        return false;
    }

    private void Return(ShadowRequest copy)
    {
        copy.Clear();
        _pool.Return(copy);
        Interlocked.Decrement(ref _waiting);
    }

    private async Task ScoreAsync()
    {
        await foreach (var copy in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_before is not null) await _before().ConfigureAwait(false);
            _scores.Score(copy);
            Return(copy);
        }
    }
}
