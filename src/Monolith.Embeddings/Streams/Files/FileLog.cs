using Microsoft.Extensions.Options;
using Monolith.Embeddings.Streams.Files;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Records of files that grow, that rotation renames and packs, and that follow one another, as they are; otherwise as
/// <see cref="FileLogSource{TRecord}"/>. Derive from it to read a format of your own.
/// </summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
public abstract class FileLog<TRecord> : RecordLog<TRecord>
{
    private readonly LogFiles _files;
    private readonly FileLogOptions _options;
    private readonly TimeProvider _time;

    /// <summary>Creates a log.</summary>
    /// <param name="files">Which files.</param>
    /// <param name="options">How files are read; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
    /// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
    protected FileLog(LogFiles files, FileLogOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        OptionErrors.ThrowIfInvalid(options ??= new());
        (_files, _options, _time) = (files, options.Copy(), timeProvider ?? TimeProvider.System);
    }

    /// <summary>Makes what reads one file. Called for each file that is opened.</summary>
    protected abstract FileRecordFormat<TRecord> CreateFormat();

    /// <inheritdoc />
    public sealed override IAsyncEnumerable<LogRecord<TRecord>> ReadAsync(LogPosition from, CancellationToken cancellationToken) =>
        FileWalk<TRecord>.ReadAsync(_files, _options, CreateFormat, _time, from, cancellationToken);
}
