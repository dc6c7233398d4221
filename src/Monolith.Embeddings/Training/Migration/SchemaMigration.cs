using System.Diagnostics;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training.Migration;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Takes what a trainer has learned over into another schema: slots, tables, tasks, dense features or segments added or dropped, another
/// dimension, pooling, optimizer or width of hidden layers. What can be kept is kept: rows with the state of their optimizers, what filters
/// have counted, the dense weights of inputs that stay, position, totals and the state of the source. The result is the first commit of a
/// new store; the old one is read.
/// </summary>
/// <remarks>
/// <para>A table, slot or task is the one of its name, or as <see cref="SchemaMigrationOptions"/> say. Weights of a new input of a dense
/// layer begin at zero, so that predictions change by what its own rows add alone. An optimizer that was changed keeps the weights and
/// begins its state. Of a vector whose dimension was changed the first weights stay.</para>
/// <para>One call at a time. The tables and the new model are used by nothing else meanwhile; the tables are empty again
/// afterwards, so that a trainer can restore the new store into them.</para>
/// </remarks>
[DebuggerDisplay("Schema {_before.Schema.Fingerprint} to {_after.Schema.Fingerprint}")]
public sealed class SchemaMigration
{
    private readonly SnapshotStore _from;
    private readonly OnlineModel _before, _after;
    private readonly EmbeddingTableSet _tables;
    private readonly SchemaMigrationOptions _options;
    private readonly MigrationNames _names;
    private readonly TimeProvider _time;

    /// <summary>Prepares a migration; nothing is read yet.</summary>
    /// <param name="from">The old store.</param>
    /// <param name="before">A model of the old schema, with the options of the one that was trained. The commit is loaded into it.</param>
    /// <param name="tables">Tables of the new schema, empty.</param>
    /// <param name="after">A model of the new schema that has learned nothing.</param>
    /// <param name="options">What has another name, and how to read and write; the defaults where null. Copied.</param>
    /// <param name="timeProvider">The clock of the new commit; the system's where null.</param>
    /// <exception cref="ArgumentException">The tables are of another schema than the new model.</exception>
    /// <exception cref="OptionsValidationException">
    /// Some options cannot be used, or name what a schema does not have; all of them are listed.
    /// </exception>
    public SchemaMigration(
        SnapshotStore from, OnlineModel before, EmbeddingTableSet tables, OnlineModel after, SchemaMigrationOptions? options = null,
        TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(after);
        OptionErrors.ThrowIfInvalid(options ??= new SchemaMigrationOptions());
        if (ReferenceEquals(before, after))
            throw new ArgumentException("The old model and the new one are the same object; make one for each schema.", nameof(after));
        if (after.Schema.Fingerprint != tables.Fingerprint)
        {
            throw new ArgumentException("The tables were made for another schema than the new model's: "
                + $"{after.Schema.DifferencesFrom("the model's", tables.Schema, "the tables'")}.", nameof(tables));
        }
        (_from, _before, _tables, _after, _options) = (from, before, tables, after, options.Copy());
        _time = timeProvider ?? TimeProvider.System;
        _names = new MigrationNames(_options, before.Schema, after.Schema);
        _names.Require();
    }

    /// <summary>Does all but the writing, and says what would be kept: a dry run. Both stores stay as they are.</summary>
    /// <param name="examples">
    /// Examples of the old schema, such as those of a log; the last <see cref="SchemaMigrationOptions.ProbeExamples"/> are predicted before
    /// and after, with nothing in what is new. The old tables are restored for it, beside the new ones. Null for none.
    /// </param>
    /// <param name="progress">Told how far it has come; null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="SnapshotException">
    /// The store has no commit, a file was changed, or the commit is not of the old model (<see cref="SnapshotFault.Mismatch"/>).
    /// </exception>
    /// <exception cref="InsufficientMemoryException">The tables have no room for this many rows.</exception>
    /// <exception cref="InvalidOperationException">The tables have rows, or something else loads them.</exception>
    /// <exception cref="ArgumentException">The examples are not of the old schema.</exception>
    public async Task<SchemaMigrationReport> PlanAsync(
        ExampleSource? examples = null, IProgress<SnapshotProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        RequireUsable(examples);
        try
        {
            var run = CreateRun();
            await run.ReadAsync(_from, examples, progress, cancellationToken).ConfigureAwait(false);
            return run.ReportOf(null);
        }
        finally
        {
            Clear();
        }
    }

    /// <summary>
    /// Migrates the newest commit of the old store into a new one, which has no commit. The old store keeps its commits; the trainer that
    /// wrote to it is fenced off, since what it learned from now on would be lost. Where this throws, or the process dies, the new store
    /// has no commit, and the call can be repeated; a trainer of the old schema may go on with the old store.
    /// </summary>
    /// <param name="to">The new store.</param>
    /// <param name="examples">See <see cref="PlanAsync"/>.</param>
    /// <param name="progress">Told how far it has come; null for none.</param>
    /// <param name="cancellationToken">Cancels the call; a replacement of a manifest that has begun is not interrupted.</param>
    /// <exception cref="SnapshotException">
    /// A store failed, the new store has a commit, the old trainer committed meanwhile (<see cref="SnapshotFault.Refused"/>), or as <see
    /// cref="PlanAsync"/>.
    /// </exception>
    /// <inheritdoc cref="PlanAsync" path="/exception" />
    public async Task<SchemaMigrationReport> RunAsync(
        SnapshotStore to, ExampleSource? examples = null, IProgress<SnapshotProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        if (ReferenceEquals(to, _from))
            throw new ArgumentException("The new store is the old one; give one that is empty, such as another folder.", nameof(to));
        RequireUsable(examples);
        await MigrationTarget.RequireEmptyAsync(_from, to, cancellationToken).ConfigureAwait(false);
        try
        {
            var run = CreateRun();
            await run.ReadAsync(_from, examples, progress, cancellationToken).ConfigureAwait(false);
            var target = new MigrationTarget(_from, to, _tables, _names, _options.Snapshots, _time);
            return run.ReportOf(await target.WriteAsync(run, progress, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            Clear();
        }
    }

    private MigrationRun CreateRun() => new(_before, _after, _tables, _names, _options);

    private void RequireUsable(ExampleSource? examples)
    {
        if (_tables.Count > 0)
            throw new InvalidOperationException($"The new tables have {_tables.Count} rows; migrate into empty ones.");
        if (examples is null || _before.Schema.Matches(examples.Schema)) return;
        throw new ArgumentException("The examples are of another schema than the old model: "
            + $"{_before.Schema.DifferencesFrom("the model's", examples.Schema, "the examples'")}.", nameof(examples));
    }

    private void Clear()
    {
        foreach (var table in _tables.Tables) table.Clear();
    }
}
