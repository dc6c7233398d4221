using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.ExampleLogs;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Reads an <see cref="ExampleLog"/> back, into batches of the schema that it was written with, or of another one with slots of the same
/// names: fewer, others in another order, other tables and dimensions. A position is the number of a row, which merging files does not
/// change. Reads the examples of commits alone.
/// </summary>
/// <remarks>
/// What is wrong is told with the file, the place, and what to do: a block that is damaged, a file that is cut short or missing, a position
/// whose rows were deleted, slots that the log does not have. One reader at a time.
/// </remarks>
public sealed class ExampleLogSource : LogSource<LoggedExample>
{
    private readonly ExampleLog _log;
    private readonly ExampleLogSourceOptions _options;
    private readonly TimeProvider _time;
    private long _lost;

    /// <summary>Creates a source.</summary>
    /// <param name="log">The log; the trainer that writes it may be another process.</param>
    /// <param name="schema">The schema of the batches.</param>
    /// <param name="options">How it is read; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    public ExampleLogSource(
        ExampleLog log, FeatureSchema schema, ExampleLogSourceOptions? options = null, TimeProvider? timeProvider = null)
        : base(EncoderOf(schema), RecordsOf(options), timeProvider)
    {
        ArgumentNullException.ThrowIfNull(log);
        (_log, _options, _time) = (log, (options ?? new()).Copy(), timeProvider ?? TimeProvider.System);
    }

    /// <summary>How many rows were deleted or damaged before they were read, and passed over, in all readings together.</summary>
    public long LostRows => Interlocked.Read(ref _lost);

    /// <inheritdoc />
    protected override async IAsyncEnumerable<LogRecord<LoggedExample>> ReadRecordsAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var walk = new LogWalk(_log.Publisher, Schema, _options, _time, lost => Interlocked.Add(ref _lost, lost));
        await walk.BeginAsync(from, cancellationToken).ConfigureAwait(false);
        while (await walk.GoOnAsync(cancellationToken).ConfigureAwait(false))
        {
            while (walk.TryRead(out var record)) yield return record;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static ExampleEncoder<LoggedExample> EncoderOf(FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return new(schema, static (in LoggedExample example, ExampleWriter writer) => example.WriteTo(writer));
    }

    private static RecordOptions<LoggedExample> RecordsOf(ExampleLogSourceOptions? options)
    {
        OptionErrors.ThrowIfInvalid(options ??= new());
        return options.Records;
    }
}
