using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Kafka.Deltas.Diagnostics;

namespace Monolith.Embeddings.Kafka.Deltas.Following;

/// <summary>What a source knows of itself, and tells. Written by the thread that follows, read by any.</summary>
internal sealed class FollowingState
{
    private readonly KafkaDeltaSourceOptions _options;
    private readonly ToldProblem _broker, _model, _message;
    private ulong _applied;
    private bool _isFollowing;

    public FollowingState(KafkaDeltaSourceOptions options, TimeProvider time)
    {
        (_options, Log) = (options, options.Logger ?? NullLogger.Instance);
        (_broker, _model, _message) = (new ToldProblem(time), new ToldProblem(time), new ToldProblem(time));
    }

    public ILogger Log { get; }

    public KafkaDeltaHealth Health
    {
        get
        {
            var (broker, model) = (_broker.Text, _model.Text);
            var status = broker is not null ? KafkaDeltaStatus.Failing
                : !Volatile.Read(ref _isFollowing) ? KafkaDeltaStatus.NotStarted
                : model is not null ? KafkaDeltaStatus.OtherModel : KafkaDeltaStatus.Following;
            return new KafkaDeltaHealth { Status = status, Problem = broker ?? model, Commit = Volatile.Read(ref _applied) };
        }
    }

    public void Begun(int partitions)
    {
        Volatile.Write(ref _isFollowing, true);
        IsReached();
        Log.Follows(_options.Topic, partitions);
    }

    public void Ended() => Volatile.Write(ref _isFollowing, false);

    public void Applied(ulong commit) => Volatile.Write(ref _applied, commit);

    public void IsReached() => _broker.IsOver();

    public void CannotRead(Error error, Exception? failure)
    {
        var problem = $"{error.Reason} ({error.Code}).";
        if (_broker.Is(problem)) Log.CouldNotRead(failure, _options.Topic, problem);
    }

    public void IsOfOwnModel() => _model.IsOver();

    public void IsOfOtherModel(Guid found, Guid expected)
    {
        if (_model.Is($"Topic '{_options.Topic}' has deltas of chain {found}, and the replica holds chain {expected}."))
            Log.OtherModel(_options.Topic, found, expected);
    }

    public void IsDamaged(TopicPartitionOffset at, string problem)
    {
        if (_message.Is(problem)) Log.Damaged(_options.Topic, at.Partition.Value, at.Offset.Value, problem);
    }

    public void IsStale(ulong found, ulong expected)
    {
        if (_message.Is($"{found} {expected}")) Log.Stale(_options.Topic, found, expected);
    }
}
