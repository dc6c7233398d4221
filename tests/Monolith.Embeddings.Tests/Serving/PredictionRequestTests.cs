using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Tests.Concurrency;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Serving;

/// <summary>
/// A request is used by two threads, handed back twice, or while it is predicted: its replica and its next renter notice nothing.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The tear-down disposes them.")]
public class PredictionRequestTests : LeakChecked
{
    private TrainedModel _trained = null!;
    private HookedModel _model = null!;
    private ModelReplica _replica = null!;
    private float _expected;
    private bool _isForgotten;

    [SetUp]
    public async Task Open()
    {
        _trained = new TrainedModel();
        for (var i = 0; i < 5; i++) _trained.Train();
        await _trained.CommitAsync();
        _model = new HookedModel(_trained.CreateModel());
        _replica = await ModelReplica.OpenAsync(_trained.Store, _model, _trained.Options(), _trained.Time);
        using var request = Written(1);
        _expected = Predicted(request);
    }

    [TearDown]
    public async Task Every_lease_came_back()
    {
        using (var request = Written(1)) Assert.That(Predicted(request), Is.EqualTo(_expected), "the replica serves as before");
        await _replica.DisposeAsync();
        Assert.That(_replica.MemoryBytes, Is.Zero, "no lease is held");
        _trained.Dispose();
        if (_isForgotten) Forgive();
    }

    [Test]
    public void Disposal_counts_once_on_any_thread_and_however_often()
    {
        for (var round = 0; round < 300; round++)
        {
            var request = Written(1);
            Crowd.Run(request.Dispose, request.Dispose, request.Dispose);
            request.Dispose();
            Assert.That(() => _replica.Predict(request, new float[1]), Throws.InstanceOf<ObjectDisposedException>());
        }
    }

    [Test]
    public void A_request_that_was_handed_back_does_nothing_to_the_next_renter()
    {
        var stale = Written(1);
        stale.Dispose();
        using var next = Written(2);
        Assert.That(() => stale.Add(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => { _ = stale.Shared; }, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => stale.Rows, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(stale.Clear, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => _replica.Predict(stale, new float[2]), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(stale.Dispose, Throws.Nothing);
        var scores = new float[2];
        _replica.Predict(next, scores);
        Assert.That((next.Rows, scores[0]), Is.EqualTo((2, _expected)));
    }

    [Test]
    public void A_request_handed_back_while_it_is_predicted_is_predicted_to_the_end([Values] bool byAnotherThread)
    {
        var request = Written(1);
        _model.Predicting = byAnotherThread ? () => Crowd.Run(request.Dispose, UseAnother) : request.Dispose;
        Assert.That(Predicted(request), Is.EqualTo(_expected));
        _model.Predicting = null;
        Assert.That(() => request.Add(), Throws.InstanceOf<ObjectDisposedException>());

        void UseAnother()
        {
            using var other = _replica.Rent(2);
            other.Shared.Id(other.Schema.Slots[0], 9);
            other.Add();
        }
    }

    [Test]
    public void A_request_in_use_refuses_another_thread()
    {
        using var request = Written(1);
        var refused = 0;
        _model.Predicting = () => Crowd.Run(
            () => Refuses(() => request.Add()), () => Refuses(request.Clear), () => Refuses(() => _replica.Predict(request, new float[1])));
        Assert.That(Predicted(request), Is.EqualTo(_expected));
        _model.Predicting = null;
        Assert.That(refused, Is.EqualTo(3));

        void Refuses(TestDelegate use)
        {
            Assert.That(use, Throws.InvalidOperationException.With.Message.Contains("another thread"));
            Interlocked.Increment(ref refused);
        }
    }

    [Test]
    public void Threads_that_disturb_each_other_at_any_instant_end_in_clear_exceptions()
    {
        var shared = Written(1);
        shared.Dispose();
        const int Rounds = 2000, MostRounds = 10_000_000, Mine = 50;
        var mine = 0;
        Crowd.RunUntilDone(
            [
                () =>
                {
                    for (var i = 0; i < Rounds || (Volatile.Read(ref mine) < Mine && i < MostRounds); i++)
                    {
                        using var rented = Written(1 + i % 3);
                        shared = rented;
                        Disturb(() => _replica.Predict(rented, new float[rented.Rows]));
                    }
                },
            ],
            [
                () => Disturb(() => shared.Dispose()),
                () => Disturb(() => shared.Add().Id(shared.Schema.Slots[2], 1)),
                // A caller that keeps to the rules sees nothing of it.
                () =>
                {
                    using var request = Written(1);
                    if (request.Rows == 1 && Predicted(request) == _expected)
                    {
                        Interlocked.Increment(ref mine);
                        return;
                    }
                    Volatile.Write(ref mine, int.MaxValue);
                    throw new NotSupportedException("Another renter's request was seen.");
                },
            ]);
        Assert.That(mine, Is.GreaterThanOrEqualTo(Mine));
    }

    [Test]
    public async Task A_request_of_another_replica_is_refused()
    {
        await using var other = await _trained.OpenAsync();
        using var request = Written(1);
        Assert.That(() => other.Predict(request, new float[1]), Throws.ArgumentException.With.Message.Contains("another predictor"));
        Assert.That(Predicted(request), Is.EqualTo(_expected));
    }

    [Test]
    public async Task Tables_that_a_forgotten_request_holds_go_with_it()
    {
        _isForgotten = true;
        Forget();
        _trained.Train();
        await _trained.CommitAsync(full: true);
        var before = _replica.MemoryBytes;
        // A full is loaded beside the tables that serve, which the request alone holds afterwards.
        await _replica.CatchUpAsync();
        for (var i = 0; i < 20 && _replica.MemoryBytes > 1.5 * before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.That(_replica.MemoryBytes, Is.LessThan(1.5 * before));
        using var request = Written(1);
        _expected = Predicted(request);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Forget() => Written(1);
    }

    private static void Disturb(Action use)
    {
        try
        {
            use();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
        }
    }

    private PredictionRequest Written(int candidates)
    {
        var request = _replica.Rent(candidates);
        request.Shared.Id(_trained.Slots[0], TrainedModel.Id(1)).Dense(0, 2);
        for (var i = 0; i < candidates; i++) request.Add().Id(_trained.Slots[2], TrainedModel.Id(2 + i));
        return request;
    }

    private float Predicted(PredictionRequest request)
    {
        var score = new float[1];
        _replica.Predict(request, score);
        return score[0];
    }
}
