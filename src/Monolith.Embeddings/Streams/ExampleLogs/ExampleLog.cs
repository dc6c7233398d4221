using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams.ExampleLogs;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// The examples that a trainer learned from, each exactly once and in order, in files of a store of its own: to train another model on
/// them, to look at what was learned, to learn it again. Written by <see cref="ExampleLogging.LoggedTo"/> as a stage of the trainer's
/// stream; read by <see cref="ExampleLogSource"/>.
/// </summary>
/// <remarks>
/// <para>
/// Rows are numbered from 0; a number never changes. What was learned up to a commit of the trainer is in durable files before that commit,
/// and is listed once the commit is durable, or at the next start where a kill came between. So readers see the examples of commits alone;
/// what was written beyond the last one is deleted at the next start, and comes again.
/// </para>
/// <para>
/// A trainer that is set back to an earlier commit sets the log back too. Deleting, by age or by bytes, takes the oldest files. Without a
/// store of commits nothing is ever listed, unless the caller of the source says <see cref="ExampleSource.CommittedAsync"/> itself.
/// </para>
/// <para>Thread-safe. One trainer writes to a log; who opens it later takes it over, and the one before is refused.</para>
/// </remarks>
/// <example>
/// <code>
/// var log = new ExampleLog(new FileSnapshotStore("examples"));
/// // What a trainer learns from, and keeps.
/// var source = live.LoggedTo(log);
/// // What another architecture learns first.
/// var history = new ExampleLogSource(log, newSchema);
/// </code>
/// </example>
public sealed class ExampleLog
{
    private readonly LogPublisher _publisher;
    private readonly ExampleLogOptions _options;
    private readonly TimeProvider _time;
    private LogWriter? _writer;

    /// <summary>Makes a log of a store, which is read when it is first used.</summary>
    /// <param name="store">The log's own store, for example a folder. Not the one of the trainer's commits.</param>
    /// <param name="options">How it is written; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of <see cref="ExampleLogOptions.MaxAge"/>; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public ExampleLog(SnapshotStore store, ExampleLogOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        OptionErrors.ThrowIfInvalid(options ??= new());
        (_publisher, _options, _time) = (new LogPublisher(store), options.Copy(), timeProvider ?? TimeProvider.System);
    }

    /// <summary>Where it is kept.</summary>
    public SnapshotStore Store => _publisher.Store;

    /// <summary>
    /// Why files could not be merged or deleted after the newest commit; null where they could. It is tried again after the next one.
    /// </summary>
    public Exception? LastUpkeepFailure => _writer?.LastUpkeepFailure;

    internal LogPublisher Publisher => _publisher;

    /// <summary>Reads which files there are.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="SnapshotException">The manifest is damaged, of something else, or the store failed.</exception>
    public async Task<ExampleLogStatus> ReadStatusAsync(CancellationToken cancellationToken = default) =>
        ExampleLogStatus.Of(await _publisher.ReadAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Reads every file, and checks every byte and row. Changes nothing.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>What is wrong, file by file; nothing where all is well.</returns>
    /// <exception cref="SnapshotException">The manifest is damaged, of something else, or the store failed.</exception>
    public Task<ExampleLogCheck> VerifyAsync(CancellationToken cancellationToken = default) =>
        LogVerification.RunAsync(_publisher, cancellationToken);

    /// <summary>Begins to write to it.</summary>
    /// <exception cref="InvalidOperationException">It is a stage of a stream already.</exception>
    internal LogWriter Write(FeatureSchema schema)
    {
        var writer = new LogWriter(_publisher, _options, schema, _time);
        if (Interlocked.CompareExchange(ref _writer, writer, null) is null) return writer;
        throw new InvalidOperationException(
            "The example log is a stage of a stream already. Put it behind a Then, so that one stage logs all parts, or make another log.");
    }
}
