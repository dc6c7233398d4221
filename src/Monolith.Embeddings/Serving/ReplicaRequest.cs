using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Kernels;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// A question to a <see cref="ModelReplica"/>: what all candidates share (the user's side), and the candidates. What is shared is looked up and pooled once. Belongs to who rented
/// it until <see cref="Dispose"/>, which hands its buffers back; nothing of it may be used afterwards. May be cleared and used again. Not thread-safe.
/// </summary>
[DebuggerDisplay("{Rows} candidates, {_batch.IdCount} ids")]
public sealed class ReplicaRequest : IDisposable
{
    private readonly ServingModel _model;
    private readonly FeatureBatch _batch;
    private readonly PooledInputs _inputs;
    private readonly TableRows[] _tables;
    private ReplicaState? _state;
    private bool _isRowOpen;

    internal ReplicaRequest(ServingModel model)
    {
        _model = model;
        _batch = new FeatureBatch(model.Schema);
        _tables = [.. model.Schema.Tables.Select(table => new TableRows(table.Name, table.Segments.Sum(segment => segment.Dimension)))];
        _inputs = new PooledInputs(model.Schema, _tables);
    }

    /// <summary>The schema that its slots belong to: that of the model that served when it was rented.</summary>
    public FeatureSchema Schema => _batch.Schema;

    /// <summary>The number of candidates.</summary>
    public int Rows => _batch.Rows + (_isRowOpen ? 1 : 0);

    /// <summary>Writes what all candidates share, before any of them is added: slots that are written here belong to every candidate, dense features where it does not set them.</summary>
    public FeatureWriter Shared => Rented()._batch.Shared;

    /// <summary>Adds a candidate, and returns the writer for it.</summary>
    public FeatureWriter Add()
    {
        Rented().CloseRow();
        _isRowOpen = true;
        return _batch.BeginRow();
    }

    /// <summary>Forgets what was written, so that another question can be written.</summary>
    public void Clear()
    {
        Rented()._batch.Clear();
        _isRowOpen = false;
    }

    /// <summary>Hands the request back.</summary>
    public void Dispose()
    {
        if (_state is null) return;
        Clear();
        _state.Release();
        _state = null;
        _model.ReturnRequest(this);
    }

    /// <param name="state">What it reads; leased, and released by the request.</param>
    /// <param name="rows">How many candidates to have room for.</param>
    internal void Begin(ReplicaState state, int rows)
    {
        _state = state;
        _inputs.Blocks.Resize(rows);
    }

    /// <exception cref="ObjectDisposedException">It was handed back.</exception>
    internal void RequireRented() => Rented();

    /// <summary>Goes on with newer tables, if they are of the same model.</summary>
    /// <param name="current">What the replica holds now, leased; released here where it is not taken.</param>
    internal void MoveTo(ReplicaState current)
    {
        var isTaken = current.Model == _model;
        (isTaken ? _state! : current).Release();
        if (isTaken) _state = current;
    }

    internal void Predict(Span<float> scores)
    {
        CloseRow();
        var needed = (long)_batch.Rows * Schema.Tasks.Count;
        if (scores.Length != needed)
            throw new ArgumentException($"{Schema.Tasks.Count} tasks by {_batch.Rows} candidates are {needed} scores; there is room for {scores.Length}.", nameof(scores));
        _inputs.Collect(_batch);
        for (var i = 0; i < _tables.Length; i++) _state!.Tables[i].Lookup(_tables[i].Ids, _tables[i].ReserveRows());
        _inputs.Pool(_batch);
        _model.Predict(_inputs.Blocks, _batch.Dense, scores);
        foreach (ref var score in scores) score = Logistic.Sigmoid(score);
    }

    private ReplicaRequest Rented() => _state is not null ? this : throw new ObjectDisposedException(nameof(ReplicaRequest), "The request was handed back: rent another one.");

    private void CloseRow()
    {
        if (_isRowOpen) _batch.EndRow();
        _isRowOpen = false;
    }
}
