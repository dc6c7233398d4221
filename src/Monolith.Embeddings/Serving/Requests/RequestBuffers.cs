using System.Buffers;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Lookup;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>
/// What a <see cref="PredictionRequest"/> writes to and is predicted with; rented again and again. Each member takes the number of the
/// rental, refuses that of another, and refuses to work on two threads at once; handing back is allowed at any moment, from any thread.
/// </summary>
internal sealed partial class RequestBuffers
{
    private readonly ServingModel _model;
    private readonly FeatureBatch _batch;
    private readonly PooledInputs _inputs;
    private readonly DistinctRows[] _tables;
    private readonly string[] _tableNames;
    private readonly RequestOutputs _outputs;
    private readonly ServedRequest _served;
    private Rental _rental;
    private Predictor? _predictor;
    private ServingState? _state;
    private bool _isRowOpen;

    // The thread whose writers may still write, 0 for none; and whether those of another thread may.
    private int _writer;
    private bool _hasStrayWriter;

    public RequestBuffers(ServingModel model)
    {
        _model = model;
        _batch = new FeatureBatch(model.Schema);
        _tables = [.. model.Schema.Tables.Select(table => new DistinctRows(table.Name, table.Segments.Sum(segment => segment.Dimension)))];
        _tableNames = [.. model.Schema.Tables.Select(table => table.Name)];
        _inputs = new PooledInputs(model.Schema, _tables);
        _outputs = new RequestOutputs(model.CreateOutputs());
        _served = new ServedRequest(model.Schema);
    }

    public FeatureSchema Schema => _batch.Schema;

    public IReadOnlyList<ModelOutput> Outputs => _outputs.Declared;

    /// <param name="predictor">Whose request it is.</param>
    /// <param name="state">What it reads; leased, and released when the rental ends.</param>
    /// <param name="rows">How many candidates to have room for.</param>
    /// <returns>The number of the rental.</returns>
    public long Begin(Predictor predictor, ServingState state, int rows)
    {
        _inputs.Blocks.Resize(rows);
        Forget();
        (_predictor, _state) = (predictor, state);
        return _rental.Begin();
    }

    public int Rows(long rental)
    {
        _rental.Enter(rental);
        var rows = _batch.Rows + (_isRowOpen ? 1 : 0);
        LeaveRented(rental);
        return rows;
    }

    public FeatureWriter Share(long rental)
    {
        _rental.Enter(rental);
        TakeWriter();
        Forget();
        var writer = _batch.Shared;
        LeaveRented(rental);
        return writer;
    }

    public FeatureWriter Add(long rental)
    {
        _rental.Enter(rental);
        try
        {
            TakeWriter();
            Forget();
            CloseRow();
            _isRowOpen = true;
            return _batch.BeginRow();
        }
        finally
        {
            LeaveRented(rental);
        }
    }

    public void Clear(long rental)
    {
        _rental.Enter(rental);
        DropWriters();
        Forget();
        _batch.Clear();
        _isRowOpen = false;
        LeaveRented(rental);
    }

    /// <summary>Predicts by the newest tables of the predictor, if they are of the same model.</summary>
    public void Predict(long rental, Predictor predictor, Span<float> scores, bool withOutputs)
    {
        _rental.Enter(rental);
        try
        {
            if (_predictor != predictor) throw new ArgumentException("The request was rented from another predictor.", nameof(predictor));
            MoveTo(predictor.Acquire());
            DropWriters();
            CloseRow();
            var begun = PredictionMeter.Begin(predictor.Clock);
            Predict(scores, withOutputs);
            PredictionMeter.End(predictor.Clock, begun, predictor.Name, _batch.Rows);
        }
        finally
        {
            // The scores are there; who handed it back meanwhile does not want to know.
            if (_rental.Exit(rental)) End();
        }
    }

    /// <summary>The place of an output, which the rental does not change.</summary>
    public int PlaceOf(string output) => _outputs.PlaceOf(output);

    /// <summary>What the model put out when it was last predicted.</summary>
    public ReadOnlySpan<float> Output(long rental, int place)
    {
        _rental.Enter(rental);
        try
        {
            return _outputs.Read(place);
        }
        finally
        {
            LeaveRented(rental);
        }
    }

    /// <summary>Logs what was served.</summary>
    public void Log(long rental, long requestId, ReadOnlySpan<ServedAs> served)
    {
        _rental.Enter(rental);
        try
        {
            if (_predictor!.ServedLog is not { } log)
                throw new InvalidOperationException(
                    "The predictor has no log: set ServedLog of the options that it is opened with.");
            if (!_served.IsPredicted)
                throw new InvalidOperationException("The request was not predicted since it was written to: predict it, and log it then.");
            if (served.Length > 0) RequireFits(served);
            _served.Log(log, _batch, _predictor.Clock.GetUtcNow().ToUnixTimeMilliseconds(), requestId, served);
        }
        finally
        {
            LeaveRented(rental);
        }
    }

    /// <summary>Copies what was written, for a caller that asks another predictor the same.</summary>
    public void CopyRows(long rental, IBufferWriter<byte> destination, List<int> ends)
    {
        _rental.Enter(rental);
        try
        {
            CloseRow();
            _served.Copy(_batch, destination, ends);
        }
        finally
        {
            LeaveRented(rental);
        }
    }

    public void HandBack(long rental)
    {
        if (_rental.TryHandBack(rental)) End();
    }

    private void Predict(Span<float> scores, bool withOutputs)
    {
        var needed = (long)_batch.Rows * Schema.Tasks.Count;
        if (scores.Length != needed)
        {
            throw new ArgumentException(
                $"{_batch.Rows} candidates by {Schema.Tasks.Count} tasks are {needed} scores; there is room for {scores.Length}.",
                nameof(scores));
        }
        Forget();
        var outputs = withOutputs ? _outputs.Prepare(_batch.Rows) : null;
        _batch.BeginHolding();
        try
        {
            ReadInputs();
            _batch.LendToModel();
            _model.Predict(new PredictContext(_inputs.Blocks, _batch, scores) { Outputs = outputs });
        }
        finally
        {
            _batch.EndLoanToModel();
            _batch.EndHolding();
        }
        ServedScores.FromLogits(Schema.Tasks, scores);
        if (withOutputs) _outputs.Keep();
        if (_predictor!.ServedLog is not null) _served.Keep(scores, _predictor.ModelVersion);
    }

    private void ReadInputs()
    {
        _inputs.Collect(_batch);
        for (var i = 0; i < _tables.Length; i++)
        {
            var found = _state!.Lookup(i, _tables[i].Ids, _tables[i].ReserveRows());
            PredictionMeter.LookedUp(_predictor!.Name, _tableNames[i], _tables[i].Ids.Length, found);
        }
        _inputs.Pool(_batch);
    }

    private void RequireFits(ReadOnlySpan<ServedAs> served)
    {
        if (served.Length != _batch.Rows)
            throw new ArgumentException($"{served.Length} were said to be served, and there are {_batch.Rows} candidates.", nameof(served));
        foreach (ref readonly var one in served)
        {
            if (one.Problem is { } problem) throw new ArgumentException(problem, nameof(served));
        }
    }

    // What was predicted is not of what is written next.
    private void Forget()
    {
        _outputs.Forget();
        _served.Forget();
    }

    // Leased, and released here where it is not taken.
    private void MoveTo(ServingState current)
    {
        var isTaken = current.Model == _model;
        (isTaken ? _state! : current).Release();
        if (isTaken) _state = current;
        // One for the whole prediction, which may find newer weights.
        _inputs.Derived = _model.Derived;
    }

    private void LeaveRented(long rental)
    {
        if (!_rental.Exit(rental)) return;
        End();
        Rental.ThrowHandedBack();
    }

    private void End()
    {
        var state = _state!;
        (_predictor, _state) = (null, null);
        // A thread that holds a writer may be writing: what another thread may write to is not rented again.
        var isQuiet = !_hasStrayWriter && (_writer == 0 || _writer == Environment.CurrentManagedThreadId);
        _batch.Clear();
        (_isRowOpen, _writer) = (false, 0);
        _rental.End();
        if (isQuiet) _model.ReturnRequest(this);
        state.Release();
    }

    // A writer cannot leave its thread, and is over with its row.
    private void TakeWriter()
    {
        var thread = Environment.CurrentManagedThreadId;
        _hasStrayWriter |= _writer != 0 && _writer != thread;
        _writer = thread;
    }

    private void DropWriters()
    {
        _hasStrayWriter |= _writer != 0 && _writer != Environment.CurrentManagedThreadId;
        _writer = 0;
    }

    private void CloseRow()
    {
        if (_isRowOpen) _batch.EndRow();
        _isRowOpen = false;
    }
}
