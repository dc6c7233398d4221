using Confluent.Kafka;
using Monolith.Embeddings.Kafka.Deltas.Assembly;
using Monolith.Embeddings.Kafka.Deltas.Diagnostics;
using Monolith.Embeddings.Kafka.Deltas.Messages;
using Monolith.Embeddings.Serving;

namespace Monolith.Embeddings.Kafka.Deltas.Following;

/// <summary>
/// One following of a topic by a replica, on a thread of its own, which waits for messages, for deltas and for the store.
/// </summary>
internal sealed class TopicFollowing(
    ModelReplica replica, KafkaDeltaSourceOptions options, FollowingState state, TimeProvider time, CancellationToken cancellationToken)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly DeltaAssembler _assembler = new(options.MaxWaitingBytes, options.Patience, time);
    private long? _failedAt;

    public void Run()
    {
        try
        {
            while (true) Follow();
        }
        finally
        {
            state.Ended();
        }
    }

    // Until the brokers cannot be used, or the topic has more partitions.
    private void Follow()
    {
        try
        {
            using var reading = TopicReading.Begin(options);
            // After the topic's end was seen: what was published before is in the store.
            _assembler.Want(HealReason.Start);
            state.Begun(reading.Partitions);
            while (Step(reading))
            {
            }
        }
        catch (KafkaException failure)
        {
            state.CannotRead(failure.Error, failure);
            Wait();
        }
    }

    private bool Step(TopicReading reading)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (reading.Down is { } error)
        {
            if (error.IsFatal) throw new KafkaException(error);
            state.CannotRead(error, null);
            if (reading.Probe()) state.IsReached();
            else Wait();
        }
        var goesOn = Read(reading);
        _assembler.Look();
        while (_assembler.Next(replica.Version) is { } delta) Apply(delta);
        _assembler.Passed(replica.Version);
        if (_assembler.Wanted is { } reason && IsHealDue) Heal(reason);
        return goesOn;
    }

    private bool Read(TopicReading reading)
    {
        try
        {
            var wait = options.Patience < LongestWait ? options.Patience : LongestWait;
            return reading.Next(wait) is not { } result || Take(result, reading.Partitions);
        }
        catch (ConsumeException failure) when (!failure.Error.IsFatal)
        {
            state.CannotRead(failure.Error, failure);
            _assembler.Want(HealReason.Gap);
            return true;
        }
    }

    // False where the topic has partitions that are not read yet.
    private bool Take(ConsumeResult<Ignore, byte[]?> result, int partitions)
    {
        var (message, problem) = DeltaMessageFormat.Read(result.Message.Value);
        if (message is null)
        {
            KafkaDeltaMeter.Received.Add(MessageOutcome.Damaged);
            state.IsDamaged(result.TopicPartitionOffset, problem);
            return true;
        }
        var version = replica.Version;
        var outcome = replica.PinnedTo is not null
            ? MessageOutcome.HeldBack
            : _assembler.Take(message, result.Partition.Value, version);
        KafkaDeltaMeter.Received.Add(outcome);
        if (outcome == MessageOutcome.OtherChain) state.IsOfOtherModel(message.Chain, version.Chain);
        else if (outcome == MessageOutcome.Stale) state.IsStale(message.Incarnation, _assembler.Incarnation);
        else if (outcome == MessageOutcome.Taken) state.IsOfOwnModel();
        return message.Partitions <= partitions || outcome == MessageOutcome.OtherChain;
    }

    private void Apply(DeltaSnapshot delta)
    {
        try
        {
            if (Result(replica.ApplyAsync(delta, cancellationToken)) != DeltaOutcome.Applied) return;
            state.Applied(delta.Commit.Number);
            KafkaDeltaMeter.Delay.Record(Math.Max(0, (time.GetUtcNow() - delta.Commit.Created).TotalSeconds));
        }
        catch (Exception failure) when (IsTriedAgain(failure))
        {
            _assembler.Want(HealReason.Refused);
        }
    }

    private bool IsHealDue => _failedAt is not { } failed || time.GetElapsedTime(failed) >= options.RetryAfter;

    private void Heal(HealReason reason)
    {
        KafkaDeltaMeter.Heals.Add(reason);
        try
        {
            Result(replica.CatchUpAsync(cancellationToken));
            _failedAt = null;
            _assembler.Healed(replica.Version);
            state.Log.Healed(reason, replica.Version.Number);
        }
        catch (Exception failure) when (IsTriedAgain(failure))
        {
            if (_failedAt is null) state.Log.CouldNotHeal(failure, reason, replica.Version.Number);
            _failedAt = time.GetTimestamp();
        }
    }

    // The topic cannot be read: the store can.
    private void Wait()
    {
        if (IsHealDue) Heal(HealReason.Start);
        Task.Delay(options.RetryAfter, time, cancellationToken).GetAwaiter().GetResult();
    }

    private bool IsTriedAgain(Exception failure) => failure switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        ObjectDisposedException => false,
        _ => true,
    };

    private static T Result<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
