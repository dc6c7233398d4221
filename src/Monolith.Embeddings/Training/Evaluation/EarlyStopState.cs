using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Evaluation;

/// <summary>What is known of the evaluations, as bytes of a snapshot's section. Immutable.</summary>
/// <param name="Status">Their results.</param>
/// <param name="BestCommit">
/// The identity of the commit of the best; null where that is the commit that holds this, or there is none.
/// </param>
/// <param name="Epochs">How many epochs were done at the last.</param>
/// <param name="Examples">How many examples were learned from at the last.</param>
internal sealed record EarlyStopState(EarlyStopStatus Status, Guid? BestCommit, int Epochs, long Examples)
{
    /// <summary>The name of the section.</summary>
    public const string Section = "early-stop";

    private const int Version = 1, GuidBytes = 16;

    /// <summary>Before the first evaluation.</summary>
    public static EarlyStopState Begin(int epochs, long examples)
    {
        var status = new EarlyStopStatus
        {
            Evaluations = 0,
            Best = null,
            Last = null,
            WithoutImprovement = 0,
            IsOver = false,
            IsStopped = false,
        };
        return new EarlyStopState(status, null, epochs, examples);
    }

    public byte[] Save()
    {
        var fields = new FieldWriter();
        fields.Int32(Version);
        fields.Int32(Status.Evaluations);
        fields.Int32(Status.WithoutImprovement);
        fields.Flag(Status.IsOver);
        fields.Flag(Status.IsStopped);
        Save(fields, Status.Best);
        Save(fields, Status.Last);
        fields.Bytes((BestCommit ?? Guid.Empty).ToByteArray());
        fields.Int32(Epochs);
        fields.Int64(Examples);
        return fields.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">These are not the bytes of evaluations.</exception>
    public static EarlyStopState Load(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var fields = new FieldReader(bytes);
            var version = fields.Int32();
            if (version != Version) throw new FormatException($"It is of version {version}; known is {Version}.");
            var (evaluations, without) = (fields.Int32(), fields.Int32());
            var (isOver, isStopped) = (fields.Flag(), fields.Flag());
            var (best, last) = (Load(ref fields), Load(ref fields));
            var commit = new Guid(fields.Bytes(GuidBytes));
            var status = new EarlyStopStatus
            {
                Evaluations = evaluations,
                Best = best,
                Last = last,
                WithoutImprovement = without,
                IsOver = isOver,
                IsStopped = isStopped,
            };
            return new EarlyStopState(status, commit == Guid.Empty ? null : commit, fields.Int32(), fields.Int64());
        }
        catch (FormatException exception)
        {
            throw new InvalidDataException($"The state of the evaluations cannot be read. {exception.Message}", exception);
        }
    }

    private static void Save(FieldWriter fields, ValidationScore? score)
    {
        fields.Flag(score is not null);
        if (score is null) return;
        fields.Int32(score.Epochs);
        fields.Int64(score.Examples);
        fields.Int64(score.Steps);
        fields.Double(score.Value);
    }

    private static ValidationScore? Load(ref FieldReader fields) => !fields.Flag() ? null : new ValidationScore
    {
        Epochs = fields.Int32(),
        Examples = fields.Int64(),
        Steps = fields.Int64(),
        Value = fields.Double(),
    };
}
