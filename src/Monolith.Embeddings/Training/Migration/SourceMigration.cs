using System.Buffers;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Rows;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Journal;

namespace Monolith.Embeddings.Training.Migration;

/// <summary>
/// Takes over the state of a source. All of it stays as it is, except for joiners where the bytes of an example are other ones: these hold
/// examples that are not learned yet.
/// </summary>
/// <param name="before">The old schema.</param>
/// <param name="after">The new schema.</param>
/// <param name="names">Which parts of the schemas are the same.</param>
/// <param name="report">Receives a line for each section.</param>
internal sealed class SourceMigration(FeatureSchema before, FeatureSchema after, MigrationNames names, List<MigratedPart> report)
{
    private readonly ArrayBufferWriter<byte> _row = new();
    private readonly ExampleRowReader _reader = RowConverter.Reader(before, after, names);
    private readonly ExampleRowFormat _format = new(after);

    /// <summary>Makes the state for the new schema.</summary>
    /// <param name="state">What the commit holds.</param>
    /// <param name="position">Where the stream stands.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidDataException">The state of a joiner is not what it says.</exception>
    public async Task<SourceState> RunAsync(SourceState state, StreamPosition position, CancellationToken cancellationToken)
    {
        var taken = new SourceState();
        var isNeeded = RowConverter.IsNeeded(before, after, names);
        var left = state.Segments.ToDictionary(segment => segment.Name, StringComparer.Ordinal);
        foreach (var (name, bytes) in state.Sections)
        {
            var isJoiner = name.EndsWith(JoinJournal.Section, StringComparison.Ordinal);
            if (!isNeeded || !isJoiner)
            {
                taken.Add(name, bytes);
                Report(name, MigrationOutcome.Kept, "");
                continue;
            }
            await ConvertAsync(name, bytes, position, left, taken, cancellationToken).ConfigureAwait(false);
        }
        foreach (var segment in left.Values) taken.Keep(segment);
        return taken;
    }

    private async Task ConvertAsync(
        string name, ReadOnlyMemory<byte> bytes, StreamPosition position, Dictionary<string, SourceSegment> left, SourceState taken,
        CancellationToken cancellationToken)
    {
        var prefix = name[..^JoinJournal.Section.Length];
        var own = left.Values.Where(segment => segment.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(segment => segment.Without(prefix)).ToList();
        using var batch = new ExampleBatch(after);
        var conversion = new JournalConversion(JournalSection.Load(bytes, position), row => Converted(row, batch), TaskOf);
        var (section, segments) = await conversion.RunAsync(own, names.Tasks.After, cancellationToken).ConfigureAwait(false);
        taken.Add(name, section.Save());
        foreach (var segment in segments) taken.Keep(segment.Within(prefix));
        foreach (var segment in own) left.Remove(prefix + segment.Name);
        Report(name, MigrationOutcome.Kept, $"{conversion.Impressions} impressions have the form of the new schema");
    }

    private ReadOnlyMemory<byte> Converted(ReadOnlyMemory<byte> row, ExampleBatch batch)
    {
        batch.Clear();
        _reader.Append(row.Span, batch);
        _row.ResetWrittenCount();
        _format.Write(batch, 0, _row);
        return _row.WrittenMemory;
    }

    private int TaskOf(int task) => names.Tasks.After(before.Tasks[task].Name) is { } name
        ? after.Tasks.First(other => other.Name == name).Index
        : -1;

    private void Report(string name, MigrationOutcome outcome, string reason) => report.Add(new()
    {
        Kind = MigratedPartKind.Section,
        Name = $"state of the source, {name}",
        Outcome = outcome,
        Reason = reason,
    });
}
