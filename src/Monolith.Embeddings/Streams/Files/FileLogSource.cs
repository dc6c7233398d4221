using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams.Files;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Records of files that grow, that rotation renames and packs, and that follow one another. Derive from it to read a format of your own;
/// <see cref="JsonLinesSource{TRecord}"/> and <see cref="LineSource"/> are ready.
/// </summary>
/// <remarks>
/// A position is the name of a file, relative to its folder, and a byte; its tie is a hash of what stands before, so that the file is
/// found when it was renamed or packed meanwhile, and one that was truncated or rewritten is detected. A record ends with its line; what
/// follows the last line end waits until it is whole, and is a record once a newer file holds something. One process should write a log:
/// what is appended to a file after a newer one was begun may not be read.
/// </remarks>
/// <typeparam name="TRecord">The application's record.</typeparam>
public abstract class FileLogSource<TRecord> : LogSource<TRecord>
{
    private readonly LogFiles _files;
    private readonly FileLogOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates a source.</summary>
    /// <param name="files">Which files.</param>
    /// <param name="encoder">Writes records as examples.</param>
    /// <param name="options">How batches are made, and what is done about bad records; the defaults where null. Copied.</param>
    /// <param name="fileOptions">How files are read; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    protected FileLogSource(
        LogFiles files, ExampleEncoder<TRecord> encoder, RecordOptions<TRecord>? options = null, FileLogOptions? fileOptions = null,
        TimeProvider? timeProvider = null)
        : base(encoder, options, timeProvider)
    {
        ArgumentNullException.ThrowIfNull(files);
        OptionErrors.ThrowIfInvalid(fileOptions ??= new());
        (_files, _options, _time) = (files, fileOptions.Copy(), timeProvider ?? TimeProvider.System);
    }

    /// <summary>Makes what reads one file. Called for each file that is opened.</summary>
    protected abstract FileRecordFormat<TRecord> CreateFormat();

    /// <inheritdoc />
    protected sealed override IAsyncEnumerable<LogRecord<TRecord>> ReadRecordsAsync(
        LogPosition from, CancellationToken cancellationToken) =>
        FileWalk<TRecord>.ReadAsync(_files, _options, CreateFormat, _time, from, cancellationToken);
}
