using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Serving.ServedLogs;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// Reads what a <see cref="ServedLog"/> wrote, candidate by candidate: the impressions of a joiner. A line that was torn or changed, or was
/// served by a model of another schema, is a bad record.
/// </summary>
/// <param name="folder">The folder of the log; must be there. One process writes to it.</param>
/// <param name="schema">The schema of the model that served.</param>
/// <param name="options">How files are read; the defaults where null. Copied.</param>
/// <param name="timeProvider">The clock of the waiting; the system's where null.</param>
/// <exception cref="OptionsValidationException">Some options cannot be used; all of them are listed.</exception>
public sealed class ServedExampleLog(
    string folder, FeatureSchema schema, FileLogOptions? options = null, TimeProvider? timeProvider = null)
    : FileLog<ServedExample>(LogFiles.Matching(folder, ServedFiles.Pattern, LogFileOrder.Name), options, timeProvider)
{
    private readonly FeatureSchema _schema = schema ?? throw new ArgumentNullException(nameof(schema));

    /// <inheritdoc />
    protected override FileRecordFormat<ServedExample> CreateFormat() => new ServedExampleFormat(_schema);
}
