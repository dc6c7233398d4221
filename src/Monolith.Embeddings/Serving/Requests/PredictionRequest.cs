using System.Buffers;
using System.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving.Requests;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Serving;

/// <summary>
/// A question to a <see cref="Predictor"/>: what all candidates share (the user's side), and the candidates. What is shared is looked up
/// and pooled once. Belongs to the caller that rented it until <see cref="Dispose"/>, which hands its buffers back. May be cleared and used
/// again.
/// </summary>
/// <remarks>
/// <para>
/// Slots that are held in serving (<see cref="FeatureSlot.HeldInServing"/>) have their held id in every candidate. What is written to them
/// goes into the <see cref="ServedLog"/> alone.
/// </para>
/// <para>
/// A handle: copies are the same request. It is for one thread at a time; use by two at once is refused where it can be seen.
/// <see cref="Dispose"/> alone may be called by any thread, at any moment, and counts once. All other members but <see cref="Schema"/>
/// and <see cref="Outputs"/> throw <see cref="ObjectDisposedException"/> afterwards, also when another caller has rented the buffers
/// meanwhile.
/// </para>
/// </remarks>
[DebuggerDisplay("rental {_rental} of {Schema.Slots.Count} slots")]
public readonly struct PredictionRequest : IDisposable, IEquatable<PredictionRequest>
{
    private readonly RequestBuffers? _buffers;
    private readonly long _rental;

    internal PredictionRequest(RequestBuffers buffers, long rental) => (_buffers, _rental) = (buffers, rental);

    /// <summary>The schema that its slots belong to: that of the model that served when it was rented.</summary>
    public FeatureSchema Schema => Buffers.Schema;

    /// <summary>
    /// What the model puts out beside its logits, as the model that served when the request was rented declares it (<see
    /// cref="OnlineModel.Outputs"/>). Empty where it declares nothing.
    /// </summary>
    public IReadOnlyList<ModelOutput> Outputs => Buffers.Outputs;

    /// <summary>The number of candidates.</summary>
    /// <exception cref="ObjectDisposedException">It was handed back.</exception>
    public int Rows => Buffers.Rows(_rental);

    /// <summary>
    /// Writes what all candidates share, before any of them is added: slots that are written here belong to every candidate, dense features
    /// and raw columns where it does not set them. Those of the latter two that are written behind a candidate are refused.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It was handed back.</exception>
    public FeatureWriter Shared => Buffers.Share(_rental);

    private RequestBuffers Buffers => _buffers
        ?? throw new InvalidOperationException("This request was not rented: call Rent of a replica.");

    /// <summary>Whether two handles are of the same rental.</summary>
    /// <param name="left">A request.</param>
    /// <param name="right">A request.</param>
    public static bool operator ==(PredictionRequest left, PredictionRequest right) => left.Equals(right);

    /// <summary>Whether two handles are of different rentals.</summary>
    /// <param name="left">A request.</param>
    /// <param name="right">A request.</param>
    public static bool operator !=(PredictionRequest left, PredictionRequest right) => !left.Equals(right);

    /// <summary>Adds a candidate, and returns the writer for it.</summary>
    /// <exception cref="ObjectDisposedException">It was handed back.</exception>
    public FeatureWriter Add() => Buffers.Add(_rental);

    /// <summary>What the model put out for the candidates when they were last predicted. Nothing is allocated.</summary>
    /// <param name="name">The name of one of <see cref="Outputs"/>.</param>
    /// <returns>
    /// [<see cref="Rows"/>, <see cref="ModelOutput.Width"/>], one candidate after the other, as the model wrote it; NaN where it wrote
    /// nothing. Valid until the request is next written to, cleared, predicted or handed back.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// <see cref="Predictor.PredictWithOutputs"/> was not called since the request was last written to, or failed.
    /// </exception>
    /// <exception cref="KeyNotFoundException">There is no such output; the message lists the names.</exception>
    /// <exception cref="ObjectDisposedException">It was handed back.</exception>
    public ReadOnlySpan<float> Output(string name) => Output(Buffers.PlaceOf(name));

    /// <inheritdoc cref="Output(string)" path="/summary" />
    /// <param name="place">The place of one of <see cref="Outputs"/>, from 0.</param>
    /// <inheritdoc cref="Output(string)" path="/returns" />
    /// <exception cref="InvalidOperationException">
    /// <see cref="Predictor.PredictWithOutputs"/> was not called since the request was last written to, or failed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place; the message holds the numbers.</exception>
    /// <exception cref="ObjectDisposedException">It was handed back.</exception>
    public ReadOnlySpan<float> Output(int place) => Buffers.Output(_rental, place);

    /// <summary>
    /// Logs the candidates as they were predicted last: features, predictions and the version of the model, for a joiner that makes
    /// examples of them. Waits for nothing: what the log cannot take is dropped and counted (<see cref="ServedLog.Dropped"/>). Nothing is
    /// allocated in steady state.
    /// </summary>
    /// <param name="requestId">The request's id, by which its actions will be found.</param>
    /// <exception cref="InvalidOperationException">
    /// The predictor was opened without a <see cref="ServedLog"/>, or the request was not predicted since it was last written to.
    /// </exception>
    /// <exception cref="ObjectDisposedException">It was handed back.</exception>
    public void Log(long requestId) => Buffers.Log(_rental, requestId, []);

    /// <summary>Logs as <see cref="Log(long)"/> does, and how each candidate was shown.</summary>
    /// <param name="requestId">The request's id, by which its actions will be found.</param>
    /// <param name="served">
    /// [<see cref="Rows"/>]: position, probability, arm. A model version of 0 becomes that of the model that predicted: the number of a
    /// replica's commit, or <see cref="LivePredictor.DenseStep"/>.
    /// </param>
    /// <exception cref="ArgumentException">There are more or fewer than candidates, or a number of one lies outside.</exception>
    /// <inheritdoc cref="Log(long)" path="/exception" />
    public void Log(long requestId, ReadOnlySpan<ServedAs> served) => Buffers.Log(_rental, requestId, served);

    /// <summary>Forgets what was written, so that another question can be written.</summary>
    /// <exception cref="ObjectDisposedException">It was handed back.</exception>
    public void Clear() => Buffers.Clear(_rental);

    /// <summary>Hands the request back. While it is predicted, it is predicted to the end, and handed back then.</summary>
    public void Dispose() => _buffers?.HandBack(_rental);

    /// <inheritdoc />
    public bool Equals(PredictionRequest other) => _buffers == other._buffers && _rental == other._rental;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is PredictionRequest other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => _rental.GetHashCode();

    internal TopKResult TopK(
        Predictor predictor, FeatureSlot item, Span<long> ids, Span<float> scores, in TopKFilter filter, int threads) =>
        Buffers.TopK(_rental, predictor, item, ids, scores, in filter, threads);

    /// <summary>Writes the features of each candidate, one after the other, and where each ends.</summary>
    internal void CopyRows(IBufferWriter<byte> destination, List<int> ends) => Buffers.CopyRows(_rental, destination, ends);

    internal void Predict(Predictor predictor, Span<float> scores, bool withOutputs) =>
        Buffers.Predict(_rental, predictor, scores, withOutputs);
}
