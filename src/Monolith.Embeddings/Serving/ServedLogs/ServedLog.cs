using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Serving.ServedLogs;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// What was served, as files for the joiner: the features of each candidate as the model saw them, the predictions, the version of the
/// model. Written by <see cref="PredictionRequest.Log(long)"/> in the background. It never makes a prediction wait or fail: what the queue
/// or the disk does not take is dropped and counted.
/// </summary>
/// <remarks>
/// Thread-safe; several predictors of a process may share one. Each process has a folder of its own. Files are not forced to the disk: a
/// power cut may take the newest lines. Read them by a <see cref="ServedExampleLog"/>.
/// </remarks>
/// <example>
/// <code>
/// await using var served = new ServedLog("served/host-1");
/// await using var replica = await ModelReplica.OpenAsync(store, model, new() { ServedLog = served });
/// using var request = replica.Rent(2);
/// request.Add().Id(item, 1);
/// request.Add().Id(item, 2);
/// var scores = new float[2];
/// replica.Predict(request, scores);
/// request.Log(requestId);
/// </code>
/// </example>
public sealed class ServedLog : IAsyncDisposable
{
    private readonly Channel<ServedLines> _queue = Channel.CreateUnbounded<ServedLines>(new() { SingleReader = true });
    private readonly ObjectPool<ServedLines> _pool = new(() => new ServedLines());
    private readonly ServedLogOptions _options;
    private readonly ServedFiles _files;
    private readonly Task _writing;
    private long _queued, _written, _dropped;
    private Exception? _lastFailure;

    /// <summary>Creates a log.</summary>
    /// <param name="folder">Where its files are; made where it is not there.</param>
    /// <param name="options">How it is written; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of names and of <see cref="ServedLogOptions.RotateEvery"/>; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public ServedLog(string folder, ServedLogOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        OptionErrors.ThrowIfInvalid(options ??= new());
        _options = options.Copy();
        _files = new ServedFiles(folder, _options, timeProvider ?? TimeProvider.System);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>How many examples were written to files.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>How many examples were dropped: the queue was full, the disk refused them, or the log was disposed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Why examples could not be written the last time; null where they could.</summary>
    public Exception? LastFailure => Volatile.Read(ref _lastFailure);

    /// <summary>Writes what waits, and closes the files. What comes afterwards is dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    /// <summary>Empty lines, to be given to <see cref="Post"/>.</summary>
    internal ServedLines Rent() => _pool.Rent();

    /// <summary>Takes lines to be written; drops them where too many wait.</summary>
    internal void Post(ServedLines lines)
    {
        var bytes = lines.Bytes.WrittenCount;
        if (Interlocked.Add(ref _queued, bytes) <= _options.QueueBytes && _queue.Writer.TryWrite(lines)) return;
        Drop(lines, bytes);
    }

    /// <summary>Counts examples that could not be made lines.</summary>
    internal void Drop(int examples) => Interlocked.Add(ref _dropped, examples);

    private async Task WriteAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_queue.Reader.TryRead(out var lines)) Write(lines);
            Try(_files.Flush);
        }
        Try(_files.Dispose);
    }

    private void Write(ServedLines lines)
    {
        var bytes = lines.Bytes.WrittenCount;
        try
        {
            _files.Append(lines.Bytes.WrittenSpan);
            Interlocked.Add(ref _written, lines.Count);
            Volatile.Write(ref _lastFailure, null);
            Return(lines, bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Note(failure);
            Drop(lines, bytes);
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Note(failure);
        }
    }

    // The first of several in a row is logged.
    private void Note(Exception failure)
    {
        if (LastFailure is null) ServingLog.ServedLogFailed(_options.Logger ?? NullLogger.Instance, failure);
        Volatile.Write(ref _lastFailure, failure);
    }

    private void Drop(ServedLines lines, int bytes)
    {
        Drop(lines.Count);
        Return(lines, bytes);
    }

    private void Return(ServedLines lines, int bytes)
    {
        Interlocked.Add(ref _queued, -bytes);
        lines.Clear();
        _pool.Return(lines);
    }
}
